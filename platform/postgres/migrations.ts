import { writeFileSync } from 'node:fs';
import type { MikroORM } from '@mikro-orm/postgresql';

/** Writes a migration that brings the database to the entities, to be read and completed by a person. Resolves to its path, or to a sentence when there is nothing to do. */
export async function draftMigration(orm: MikroORM, folder: string, name: string): Promise<string> {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error('Name the migration in kebab-case, as in: migration add-coupon');
  const diff = await orm.schema.getUpdateSchemaMigrationSQL({ wrap: false });
  if (diff.up.trim() === '') return 'The database matches the entities: no migration to draft.';
  const stamp = new Date().toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  const path = `${folder}/${stamp}-${name}.ts`;
  const className = name.replaceAll(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
  writeFileSync(
    path,
    `import { Migration } from '@mikro-orm/migrations';

export class ${className} extends Migration {
  override up(): void {
${statements(diff.up)}
  }

  override down(): void {
${statements(diff.down)}
  }
}
`,
  );
  return path;
}

function statements(sql: string): string {
  const lines = sql
    .split(';\n')
    .map((statement) => statement.trim().replace(/;$/, ''))
    .filter((statement) => statement !== '');
  return lines.map((statement) => `    this.addSql(${JSON.stringify(statement)});`).join('\n');
}
