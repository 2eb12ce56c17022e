import { Migration } from '@mikro-orm/migrations';

export class EndedSessions extends Migration {
  override up(): void {
    this.addSql('CREATE TABLE ended_sessions (id uuid PRIMARY KEY, until timestamptz(3) NOT NULL)');
    this.addSql('CREATE INDEX ended_sessions_until_index ON ended_sessions (until)');
  }

  override down(): void {
    this.addSql('DROP TABLE ended_sessions');
  }
}
