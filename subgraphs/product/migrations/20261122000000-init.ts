import { Migration } from '@mikro-orm/migrations';

export class Init extends Migration {
  override up(): void {
    this.addSql('CREATE TABLE categories (slug text NOT NULL, name text NOT NULL, PRIMARY KEY (slug))');
    this.addSql(`
      CREATE TABLE products (
        id uuid NOT NULL,
        version int NOT NULL DEFAULT 1,
        sku text NOT NULL,
        slug text NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        name_key text NOT NULL,
        search_text text NOT NULL,
        category_slug text NOT NULL,
        price int NOT NULL,
        images jsonb NOT NULL,
        available int NOT NULL,
        archived boolean NOT NULL DEFAULT false,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (id),
        CONSTRAINT products_sku_unique UNIQUE (sku),
        CONSTRAINT products_slug_unique UNIQUE (slug),
        CONSTRAINT products_category_slug_foreign FOREIGN KEY (category_slug) REFERENCES categories (slug),
        CONSTRAINT products_price_check CHECK (price >= 1 AND price <= 1000000),
        CONSTRAINT products_available_check CHECK (available >= 0),
        CONSTRAINT products_version_check CHECK (version >= 1)
      )`);
    this.addSql('CREATE INDEX products_category_slug_index ON products (category_slug)');
    this.addSql('CREATE INDEX products_created_at_id_index ON products (created_at, id)');
    this.addSql(`
      CREATE TABLE order_stocks (
        order_id uuid NOT NULL,
        decision text,
        outcome text,
        PRIMARY KEY (order_id),
        CONSTRAINT order_stocks_decision_check CHECK (decision IN ('RESERVED', 'FAILED')),
        CONSTRAINT order_stocks_outcome_check CHECK (outcome IN ('PAID', 'CLOSED'))
      )`);
    this.addSql(`
      CREATE TABLE reservations (
        order_id uuid NOT NULL,
        product_id uuid NOT NULL,
        quantity int NOT NULL,
        state text NOT NULL,
        PRIMARY KEY (order_id, product_id),
        CONSTRAINT reservations_order_id_foreign FOREIGN KEY (order_id) REFERENCES order_stocks (order_id),
        CONSTRAINT reservations_product_id_foreign FOREIGN KEY (product_id) REFERENCES products (id),
        CONSTRAINT reservations_quantity_check CHECK (quantity >= 1),
        CONSTRAINT reservations_state_check CHECK (state IN ('HELD', 'COMMITTED', 'RELEASED'))
      )`);
    this.addSql('CREATE INDEX reservations_product_id_state_index ON reservations (product_id, state)');
    this.addSql(`
      CREATE TABLE stock_changes (
        id uuid NOT NULL,
        product_id uuid NOT NULL,
        difference int NOT NULL,
        reason text NOT NULL,
        changed_by text NOT NULL,
        at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (id),
        CONSTRAINT stock_changes_product_id_foreign FOREIGN KEY (product_id) REFERENCES products (id),
        CONSTRAINT stock_changes_difference_check CHECK (difference <> 0)
      )`);
    this.addSql('CREATE INDEX stock_changes_product_id_at_index ON stock_changes (product_id, at)');
    this.addSql(
      'CREATE TABLE outbox (id bigserial PRIMARY KEY, topic text NOT NULL, key text NOT NULL, headers jsonb NOT NULL, value text, created_at timestamptz(3) NOT NULL DEFAULT now()) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)',
    );
    this.addSql(
      'CREATE TABLE inbox (consumer text NOT NULL, event_id text NOT NULL, handled_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (consumer, event_id))',
    );
    this.addSql('CREATE INDEX inbox_handled_at_index ON inbox (handled_at)');
  }

  override down(): void {
    this.addSql('DROP TABLE inbox, outbox, stock_changes, reservations, order_stocks, products, categories');
  }
}
