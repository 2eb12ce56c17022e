import { Migration } from '@mikro-orm/migrations';

const alphabet = '"vi-x-icu"';
/** As the search writes it (queries/catalogue.ts). */
const skuText = `(' ' || lower(replace(sku, '-', ' ')) || ' ' || lower(replace(sku, '-', '')))`;

/** Each sort of the catalogue is read from an index, and what few products have is found by trigrams. pg_trgm is trusted: the owner of the database may install it. */
export class ListsOfManyProducts extends Migration {
  override up(): void {
    this.addSql('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    this.addSql(`CREATE INDEX products_name_key_id_index ON products (name_key COLLATE ${alphabet}, id)`);
    this.addSql('CREATE INDEX products_price_id_index ON products (price, id)');
    this.addSql('CREATE INDEX products_category_slug_created_at_id_index ON products (category_slug, created_at, id)');
    this.addSql('DROP INDEX products_category_slug_index');
    this.addSql('CREATE INDEX products_search_index ON products USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 256)');
    this.addSql(
      `CREATE INDEX products_sku_search_index ON products USING gin (${skuText} gin_trgm_ops) WITH (gin_pending_list_limit = 256)`,
    );
  }

  override down(): void {
    for (const name of ['sku_search', 'search', 'price_id', 'name_key_id']) this.addSql(`DROP INDEX products_${name}_index`);
    this.addSql('CREATE INDEX products_category_slug_index ON products (category_slug)');
    this.addSql('DROP INDEX products_category_slug_created_at_id_index');
  }
}
