import { Migration } from '@mikro-orm/migrations';

export class Pictures extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE pictures (
        id text NOT NULL,
        type text NOT NULL,
        bytes bytea NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (id),
        CONSTRAINT pictures_type_check CHECK (type IN ('PNG', 'JPEG', 'WEBP')),
        CONSTRAINT pictures_bytes_check CHECK (octet_length(bytes) <= 512000)
      )`);
    // it is compressed already
    this.addSql('ALTER TABLE pictures ALTER COLUMN bytes SET STORAGE EXTERNAL');
  }

  override down(): void {
    this.addSql('DROP TABLE pictures');
  }
}
