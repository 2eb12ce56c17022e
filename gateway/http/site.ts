import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import Negotiator from 'negotiator';
import { playgroundPolicy, storefrontPolicy } from './browser-rules.ts';
import { type Ask, PageList } from './page-list.ts';
import { createStaticFiles, forAYear, isFileAddress, type StaticFiles } from './static-files.ts';

/** Below these nothing is a page of the storefront: what is not there is not found. */
const notPages = /^\/(assets|graphiql|graphql|landing|pictures|playground)(\/|$)/;
const isOfPlayground = /^\/(graphql$|graphiql\/)/;

type Folders = { readonly storefrontFolder: string; readonly playgroundFolder: string };

/**
 * Everything the gateway shows to people: the storefront at every address that is nothing else, the playground at /graphql, pictures.
 * An address that is no page of the storefront, or the page of a missing object, gets the "not found" page with status 404. Who takes
 * HTML only as anything else, as link previews and programs do, gets the pages that there are, and no page about what is not there.
 * Without a built storefront or playground their pages say how they are built. Both may be built, and built again, while the gateway runs.
 */
export function createSite({ storefrontFolder, playgroundFolder, ask }: Folders & { readonly ask: Ask }): StaticFiles {
  const pages = new PageList(storefrontFolder, ask);
  const own = createStaticFiles({
    folder: fileURLToPath(new URL('../assets', import.meta.url)),
    policy: playgroundPolicy,
    caching: ({ pathname }) => (pathname.startsWith('/pictures/') ? 'public, max-age=86400' : 'no-cache'),
  });
  const playground = createStaticFiles({
    folder: playgroundFolder,
    policy: playgroundPolicy,
    pages: { '/graphql': '/index.html' },
    // the names in graphiql/ hold the hashes of what is in them
    caching: ({ pathname }) => (pathname.startsWith('/graphiql/') ? forAYear : 'no-cache'),
  });
  const unbuilt = createStaticFiles({
    folder: fileURLToPath(new URL('../assets', import.meta.url)),
    policy: storefrontPolicy,
    pages: { '/': '/landing/index.html', '/graphql': '/landing/playground.html' },
    caching: () => 'no-store',
  });
  const storefront = createStaticFiles({
    folder: storefrontFolder,
    policy: storefrontPolicy,
    pages: { '/': '/index.html' },
    // the names in assets/ hold the hashes of what is in them
    caching: ({ pathname }) => (pathname.startsWith('/assets/') ? forAYear : 'no-cache'),
  });

  const servePage = async (request: IncomingMessage, response: ServerResponse, url: URL, wanted: 'page' | 'if there') => {
    response.appendHeader('vary', 'accept');
    const first = new URL('/', url);
    const status = (await pages.isPage(url.pathname, request)) ? 200 : 404;
    if (wanted === 'if there') return status === 200 && storefront.serve(request, response, first, status);
    return (await storefront.serve(request, response, first, status)) || (await unbuilt.serve(request, response, first));
  };

  return {
    async serve(request, response, url) {
      if (await own.serve(request, response, url)) return true;
      if (isOfPlayground.test(url.pathname))
        return (await playground.serve(request, response, url)) || (await unbuilt.serve(request, response, url));
      if (await storefront.serve(request, response, url)) return true;
      const wanted = pageWanted(request, url.pathname);
      return wanted === 'none' ? false : servePage(request, response, url, wanted);
    },
  };
}

/** A person who follows a link names HTML; a page that misses a file, or a program that asks for data, takes none of it or names a file. */
function pageWanted(request: IncomingMessage, path: string): 'page' | 'if there' | 'none' {
  if (notPages.test(path) || isFileAddress(path)) return 'none';
  const accept = (request.headers.accept ?? '*/*').toLowerCase();
  if (accept.includes('text/html')) return 'page';
  return new Negotiator(request).mediaType(['text/html']) === undefined ? 'none' : 'if there';
}
