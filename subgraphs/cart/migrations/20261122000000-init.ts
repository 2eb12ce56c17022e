import { Migration } from '@mikro-orm/migrations';

export class Init extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE product_copies (
        id uuid NOT NULL,
        version int NOT NULL,
        name text NOT NULL,
        price int NOT NULL,
        availability text NOT NULL,
        archived boolean NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT product_copies_price_check CHECK (price >= 0 AND price <= 1000000),
        CONSTRAINT product_copies_availability_check CHECK (availability IN ('IN_STOCK', 'LOW_STOCK', 'OUT_OF_STOCK'))
      )`);
    this.addSql(`
      CREATE TABLE carts (
        id uuid NOT NULL,
        user_id uuid,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (id),
        CONSTRAINT carts_user_id_unique UNIQUE (user_id),
        CONSTRAINT carts_version_check CHECK (version >= 1)
      )`);
    this.addSql('CREATE INDEX carts_updated_at_index ON carts (updated_at)');
    this.addSql(`
      CREATE TABLE cart_lines (
        cart_id uuid NOT NULL,
        product_id uuid NOT NULL,
        quantity int NOT NULL,
        price_when_added int NOT NULL,
        position int NOT NULL,
        PRIMARY KEY (cart_id, product_id),
        CONSTRAINT cart_lines_cart_id_foreign FOREIGN KEY (cart_id) REFERENCES carts (id) ON DELETE CASCADE,
        CONSTRAINT cart_lines_product_id_foreign FOREIGN KEY (product_id) REFERENCES product_copies (id),
        CONSTRAINT cart_lines_quantity_check CHECK (quantity >= 1 AND quantity <= 99),
        CONSTRAINT cart_lines_price_when_added_check CHECK (price_when_added >= 0)
      )`);
    this.addSql(
      'CREATE TABLE cart_claims (guest_cart_id uuid NOT NULL, user_id uuid NOT NULL, claimed_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (guest_cart_id))',
    );
    this.addSql(
      'CREATE TABLE taken_orders (order_id uuid NOT NULL, taken_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (order_id))',
    );
    this.addSql(
      'CREATE TABLE outbox (id bigserial PRIMARY KEY, topic text NOT NULL, key text NOT NULL, headers jsonb NOT NULL, value text, created_at timestamptz(3) NOT NULL DEFAULT now()) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)',
    );
    this.addSql(
      'CREATE TABLE inbox (consumer text NOT NULL, event_id text NOT NULL, handled_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (consumer, event_id))',
    );
    this.addSql('CREATE INDEX inbox_handled_at_index ON inbox (handled_at)');
  }

  override down(): void {
    this.addSql('DROP TABLE inbox, outbox, taken_orders, cart_claims, cart_lines, carts, product_copies');
  }
}
