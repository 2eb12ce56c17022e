import type { Names } from './names.ts';

/** A file that must know of a new subgraph: `change` gives its new text, or null when the line to write after was not found. */
export type Place = { readonly file: string; change(text: string): string | null };

/** Everything outside of its own folder; what is not here is derived from the folders. */
export function places(names: Names, port: number): Place[] {
  const { kebab, camel, pascal, words, wordsPlural } = names;
  const key = /-/.test(kebab) ? `'${kebab}'` : kebab;
  return [
    { file: 'schema/subgraph-ports.ts', change: (text) => before(text, '\n} as const;', `\n  ${key}: ${port},`) },
    {
      file: 'tools/dev/compose/databases.sql',
      change: (text) => before(text, '-- of mail\n', database(names)),
    },
    { file: 'docker-compose.yml', change: (text) => container(text, names, port) },
    {
      file: 'README.md',
      change: (text) => after(text, /\[`subgraphs\/`\]\(subgraphs\/\) \|[^|:\n]*/, `, ${kebab}`),
    },
    {
      file: 'CONTRIBUTING.md',
      change: (text) => after(text, /\| `subgraphs\/` \|[^:|]*(?=: one folder)/, `, ${kebab}`),
    },
    {
      file: 'CHANGELOG.md',
      change: (text) =>
        after(
          text,
          /### Graph\n(?:- [^\n]*\n)*/,
          `- A subgraph for ${wordsPlural}: \`Query.${camel}\` reads a ${words}, \`Mutation.add${pascal}\` adds one.\n`,
        ),
    },
  ];
}

/** The database, the role that changes its tables, and the one that uses them. */
function database({ kebab, snake }: Names): string {
  const name = `marigold_${snake}`;
  return `CREATE ROLE ${name}_owner LOGIN PASSWORD 'development-only-${kebab}-owner';
CREATE ROLE ${name} LOGIN PASSWORD 'development-only-${kebab}';
CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' OWNER ${name}_owner;
REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${name} TO ${name};
\\connect ${name}
ALTER DEFAULT PRIVILEGES FOR ROLE ${name}_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${name};
ALTER DEFAULT PRIVILEGES FOR ROLE ${name}_owner GRANT USAGE ON SEQUENCES TO ${name};

`;
}

function container(compose: string, { kebab, snake }: Names, port: number): string | null {
  const service = `  ${kebab}:
    <<: *service
    command: ["node", "subgraphs/${kebab}/main.ts"]
    environment: &${kebab}-environment
      <<: *service-environment
      PORT: "${port}"
      DATABASE_URL: postgres://marigold_${snake}:development-only-${kebab}@postgres:5432/marigold_${snake}
    depends_on:
      <<: *needs
      ${kebab}-migrations:
        condition: service_completed_successfully
    healthcheck:
      <<: *healthcheck
      test: ["CMD", "node", "-e", "fetch('http://127.0.0.1:${port}/readyz').then((r) => process.exit(r.ok ? 0 : 1))"]

  ${kebab}-migrations:
    <<: *migrations
    command: ["node", "subgraphs/${kebab}/main.ts", "migrate"]
    environment:
      <<: *${kebab}-environment
      DATABASE_URL: postgres://marigold_${snake}_owner:development-only-${kebab}-owner@postgres:5432/marigold_${snake}

`;
  const withService = before(compose, '  # its database and consumer group keep', service);
  const withPart = after(withService ?? '', /^ +COMPONENTS: [^\n]*(?=,mail=)/m, `,${kebab}=http://${kebab}:9090`);
  const gateway = withPart?.indexOf('\n  gateway:\n') ?? -1;
  if (withPart === null || gateway < 0) return null;
  const rest = before(withPart.slice(gateway), '    healthcheck:\n', `      ${kebab}:\n        condition: service_healthy\n`);
  return rest === null ? null : withPart.slice(0, gateway) + rest;
}

function before(text: string, mark: string, added: string): string | null {
  const at = text.indexOf(mark);
  return at < 0 ? null : text.slice(0, at) + added + text.slice(at);
}

function after(text: string, mark: RegExp, added: string): string | null {
  const found = mark.exec(text);
  if (found === null) return null;
  const end = found.index + found[0].length;
  return text.slice(0, end) + added + text.slice(end);
}
