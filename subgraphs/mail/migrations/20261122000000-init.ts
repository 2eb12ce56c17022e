import { Migration } from '@mikro-orm/migrations';

export class Init extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE recipients (
        user_id uuid PRIMARY KEY,
        version int NOT NULL,
        email text,
        username text,
        CONSTRAINT recipients_known_or_closed CHECK ((email IS NULL) = (username IS NULL))
      )`);
    this.addSql(`
      CREATE TABLE mails (
        id uuid PRIMARY KEY,
        fact_id text NOT NULL,
        kind text NOT NULL,
        user_id uuid NOT NULL,
        data jsonb,
        status text NOT NULL,
        reason text,
        recipient text,
        subject text,
        text text,
        html text,
        message_id text NOT NULL,
        attempts int NOT NULL DEFAULT 0,
        rejections int NOT NULL DEFAULT 0,
        next_attempt_at timestamptz(3) NOT NULL DEFAULT now(),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        sent_at timestamptz(3),
        CONSTRAINT mails_fact_unique UNIQUE (fact_id, kind),
        CONSTRAINT mails_status_known CHECK (status IN ('WAITING_FOR_ADDRESS', 'QUEUED', 'SENT', 'SKIPPED', 'FAILED')),
        CONSTRAINT mails_sent_when CHECK ((status = 'SENT') = (sent_at IS NOT NULL))
      )`);
    this.addSql('CREATE INDEX mails_user_id_index ON mails (user_id)');
    this.addSql("CREATE INDEX mails_due ON mails (next_attempt_at, id) WHERE status = 'QUEUED'");
    this.addSql("CREATE INDEX mails_waiting ON mails (user_id) WHERE status = 'WAITING_FOR_ADDRESS'");
    this.addSql(
      'CREATE TABLE outbox (id bigserial PRIMARY KEY, topic text NOT NULL, key text NOT NULL, headers jsonb NOT NULL, value text, created_at timestamptz(3) NOT NULL DEFAULT now()) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)',
    );
    this.addSql(
      'CREATE TABLE inbox (consumer text NOT NULL, event_id text NOT NULL, handled_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (consumer, event_id))',
    );
    this.addSql('CREATE INDEX inbox_handled_at_index ON inbox (handled_at)');
  }

  override down(): void {
    this.addSql('DROP TABLE inbox, outbox, mails, recipients');
  }
}
