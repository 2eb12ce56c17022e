import { Migration } from '@mikro-orm/migrations';

/**
 * Three letters and more find their orders without reading all of them; of what is new at most 256 kB waits to be sorted in, for every search reads that through. PostgreSQL brings pg_trgm with it and trusts it: the owner of the
 * database may install it. It stays when the indexes go, since others may use it.
 */
export class OrderSearchIndex extends Migration {
  override up(): void {
    this.addSql('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    this.addSql('CREATE INDEX orders_search_index ON orders USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 256)');
    this.addSql(
      'CREATE INDEX customers_search_index ON customers USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 256)',
    );
  }

  override down(): void {
    this.addSql('DROP INDEX customers_search_index');
    this.addSql('DROP INDEX orders_search_index');
  }
}
