import { Migration } from '@mikro-orm/migrations';

/** A refresh token that was used a moment ago is answered with its successor again: the key from which that is derived. */
export class SuccessorKeys extends Migration {
  override up(): void {
    this.addSql('ALTER TABLE refresh_tokens ADD COLUMN successor_key text');
    this.addSql('CREATE INDEX refresh_tokens_successor_keys ON refresh_tokens (used_at) WHERE successor_key IS NOT NULL');
  }

  override down(): void {
    this.addSql('ALTER TABLE refresh_tokens DROP COLUMN successor_key');
  }
}
