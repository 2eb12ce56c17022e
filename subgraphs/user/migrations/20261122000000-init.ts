import { Migration } from '@mikro-orm/migrations';

export class Init extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE accounts (
        id uuid PRIMARY KEY,
        email text NOT NULL,
        username text NOT NULL,
        password_hash text NOT NULL,
        role text NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT accounts_role_known CHECK (role IN ('CUSTOMER', 'ADMIN')),
        CONSTRAINT accounts_username_no_email CHECK (username !~ '@'),
        CONSTRAINT accounts_version_positive CHECK (version > 0)
      )`);
    this.addSql('CREATE UNIQUE INDEX accounts_email_unique ON accounts (lower(email))');
    this.addSql('CREATE UNIQUE INDEX accounts_username_unique ON accounts (lower(username))');
    this.addSql("CREATE INDEX accounts_admins ON accounts (id) WHERE role = 'ADMIN'");
    this.addSql(`
      CREATE TABLE sessions (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT sessions_account_id_foreign REFERENCES accounts (id) ON DELETE CASCADE,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        expires_at timestamptz(3) NOT NULL
      )`);
    this.addSql('CREATE INDEX sessions_account_id_index ON sessions (account_id)');
    this.addSql('CREATE INDEX sessions_expires_at_index ON sessions (expires_at)');
    this.addSql(`
      CREATE TABLE refresh_tokens (
        hash text PRIMARY KEY,
        session_id uuid NOT NULL CONSTRAINT refresh_tokens_session_id_foreign REFERENCES sessions (id) ON DELETE CASCADE,
        used_at timestamptz(3),
        expires_at timestamptz(3) NOT NULL
      )`);
    this.addSql('CREATE INDEX refresh_tokens_session_id_index ON refresh_tokens (session_id)');
    this.addSql('CREATE INDEX refresh_tokens_expires_at_index ON refresh_tokens (expires_at)');
    this.addSql(`
      CREATE TABLE password_resets (
        hash text PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT password_resets_account_id_foreign REFERENCES accounts (id) ON DELETE CASCADE,
        expires_at timestamptz(3) NOT NULL
      )`);
    this.addSql('CREATE INDEX password_resets_account_id_index ON password_resets (account_id)');
    this.addSql('CREATE INDEX password_resets_expires_at_index ON password_resets (expires_at)');
    this.addSql(`
      CREATE TABLE addresses (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT addresses_account_id_foreign REFERENCES accounts (id) ON DELETE CASCADE,
        name text NOT NULL,
        line1 text NOT NULL,
        line2 text,
        city text NOT NULL,
        postal_code text NOT NULL,
        country text NOT NULL,
        CONSTRAINT addresses_country_code CHECK (country ~ '^[A-Z]{2}$')
      )`);
    this.addSql('CREATE INDEX addresses_account_id_index ON addresses (account_id)');
    this.addSql(`
      CREATE TABLE attempts (
        key text PRIMARY KEY,
        count int NOT NULL,
        next_at timestamptz(3) NOT NULL,
        forget_at timestamptz(3) NOT NULL,
        CONSTRAINT attempts_count_positive CHECK (count > 0)
      )`);
    this.addSql('CREATE INDEX attempts_forget_at_index ON attempts (forget_at)');
    this.addSql(
      'CREATE TABLE outbox (id bigserial PRIMARY KEY, topic text NOT NULL, key text NOT NULL, headers jsonb NOT NULL, value text, created_at timestamptz(3) NOT NULL DEFAULT now()) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)',
    );
    this.addSql(
      'CREATE TABLE inbox (consumer text NOT NULL, event_id text NOT NULL, handled_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (consumer, event_id))',
    );
    this.addSql('CREATE INDEX inbox_handled_at_index ON inbox (handled_at)');
  }

  override down(): void {
    this.addSql('DROP TABLE inbox, outbox, attempts, addresses, password_resets, refresh_tokens, sessions, accounts');
  }
}
