import { Migration } from '@mikro-orm/migrations';

export class Init extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE orders (
        id uuid NOT NULL PRIMARY KEY,
        number text NOT NULL CONSTRAINT orders_number_unique UNIQUE,
        user_id uuid NOT NULL,
        status text NOT NULL CONSTRAINT orders_status_check
          CHECK (status IN ('PENDING', 'AWAITING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED')),
        version int NOT NULL CONSTRAINT orders_version_check CHECK (version >= 1),
        total_amount int NOT NULL CONSTRAINT orders_total_check CHECK (total_amount > 0),
        currency text NOT NULL CONSTRAINT orders_currency_check CHECK (currency = ANY (ARRAY['EUR'])),
        payment_method_id text NOT NULL,
        cart_id uuid NOT NULL,
        cart_version int NOT NULL,
        idempotency_key text NOT NULL,
        request_hash text NOT NULL,
        shipping_address jsonb NOT NULL,
        placed_at timestamptz(3) NOT NULL,
        deadline_at timestamptz(3),
        cancel_reason text CONSTRAINT orders_cancel_reason_check
          CHECK (cancel_reason IN ('OUT_OF_STOCK', 'PRICE_CHANGED', 'UNKNOWN_PRODUCT', 'PAYMENT_DECLINED', 'TIMED_OUT', 'BY_CUSTOMER')),
        CONSTRAINT orders_idempotency_key_unique UNIQUE (user_id, idempotency_key),
        CONSTRAINT orders_deadline_check CHECK ((deadline_at IS NOT NULL) = (status IN ('PENDING', 'AWAITING_PAYMENT'))),
        CONSTRAINT orders_cancelled_check CHECK ((cancel_reason IS NOT NULL) = (status = 'CANCELLED'))
      )`);
    this.addSql(`CREATE UNIQUE INDEX orders_cart_unique ON orders (cart_id, cart_version) WHERE status <> 'CANCELLED'`);
    this.addSql(`CREATE INDEX orders_deadline_index ON orders (deadline_at) WHERE deadline_at IS NOT NULL`);
    this.addSql(`CREATE INDEX orders_user_index ON orders (user_id, placed_at, id)`);
    this.addSql(`CREATE INDEX orders_placed_at_index ON orders (placed_at, id)`);
    this.addSql(`CREATE INDEX orders_status_index ON orders (status, placed_at, id)`);
    this.addSql(`
      CREATE TABLE order_lines (
        order_id uuid NOT NULL CONSTRAINT order_lines_order_id_foreign REFERENCES orders (id),
        position int NOT NULL,
        product_id uuid NOT NULL,
        name text NOT NULL,
        quantity int NOT NULL CONSTRAINT order_lines_quantity_check CHECK (quantity >= 1 AND quantity <= 99),
        unit_price int NOT NULL CONSTRAINT order_lines_unit_price_check CHECK (unit_price > 0 AND unit_price <= 1000000),
        PRIMARY KEY (order_id, position)
      )`);
    this.addSql(`
      CREATE TABLE order_history (
        order_id uuid NOT NULL CONSTRAINT order_history_order_id_foreign REFERENCES orders (id),
        version int NOT NULL CONSTRAINT order_history_version_check CHECK (version >= 1),
        status text NOT NULL CONSTRAINT order_history_status_check
          CHECK (status IN ('PENDING', 'AWAITING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED')),
        at timestamptz(3) NOT NULL,
        cause text NOT NULL,
        PRIMARY KEY (order_id, version)
      )`);
    this.addSql(
      `CREATE TABLE outbox (id bigserial PRIMARY KEY, topic text NOT NULL, key text NOT NULL, headers jsonb NOT NULL, value text, created_at timestamptz(3) NOT NULL DEFAULT now()) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)`,
    );
    this.addSql(
      `CREATE TABLE inbox (consumer text NOT NULL, event_id text NOT NULL, handled_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (consumer, event_id))`,
    );
    this.addSql(`CREATE INDEX inbox_handled_at_index ON inbox (handled_at)`);
  }

  override down(): void {
    for (const table of ['inbox', 'outbox', 'order_history', 'order_lines', 'orders']) this.addSql(`DROP TABLE ${table}`);
  }
}
