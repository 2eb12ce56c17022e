import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { composeToFile, type FakeSubgraph, type Reply, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

const away = 'This part of the shop does not answer at the moment. Try again soon.';
const text = '{"data":{"book":{"title":"Book 1"}}}';

let books: FakeSubgraph;
let stopLibrary: () => Promise<void>;
let gateway: TestGateway;

beforeAll(async () => {
  const library = await startLibrary();
  books = library.books;
  stopLibrary = library.stop;
  gateway = await startTestGateway(composeToFile([library.books, library.reviews]), { BREAKER_FAILURES: '1000' });
});
afterAll(async () => {
  await gateway.stop();
  await stopLibrary();
});
beforeEach(() => books.behave('answer'));

const ask = async (reply: Reply) => {
  books.behave(reply);
  return (await gateway.post({ query: '{ latestReview { text } book(id: "1") { title } }' })).body;
};

describe('an answer of a subgraph is read', () => {
  test.each<[string, Omit<Reply, 'status'>]>([
    ['with null for no errors', { body: '{"data":{"book":{"title":"Book 1"}},"errors":null}' }],
    ['with an empty list of errors', { body: '{"errors":[],"data":{"book":{"title":"Book 1"}}}' }],
    ['with a byte order mark', { body: `\ufeff${text}` }],
    ['with white space around it', { body: `\r\n\t ${text}\n` }],
    ['of another media type', { body: text, headers: { 'content-type': 'application/graphql-response+json; charset=utf-8' } }],
    ['without a media type', { body: text, headers: { 'content-type': '' } }],
    ['in chunks', { body: text, headers: { 'transfer-encoding': 'chunked' } }],
    ['with gzip', { body: gzipSync(text), headers: { 'content-encoding': 'gzip' } }],
    ['with GZIP', { body: gzipSync(text), headers: { 'content-encoding': 'GZIP' } }],
    ['with deflate', { body: deflateSync(text), headers: { 'content-encoding': 'deflate' } }],
    ['with br', { body: brotliCompressSync(text), headers: { 'content-encoding': 'br' } }],
    ['with zstd', { body: zstdCompressSync(text), headers: { 'content-encoding': 'zstd' } }],
    ['with two encodings', { body: brotliCompressSync(gzipSync(text)), headers: { 'content-encoding': 'gzip, br' } }],
    ['with none that is named', { body: text, headers: { 'content-encoding': 'identity' } }],
  ])('%s', async (_, reply) => {
    expect(await ask({ status: 200, ...reply })).toEqual({ data: { latestReview: { text: 'Good' }, book: { title: 'Book 1' } } });
  });

  test.each([
    [400, '\n {"errors":[{"message":"Not for you.","extensions":{"code":"FORBIDDEN"}}]}'],
    [422, '\ufeff{"errors":[{"message":"Not for you.","path":["book"],"extensions":{"code":"FORBIDDEN"}}],"data":{"book":null}}'],
  ])('with the status %i', async (status, body) => {
    expect(await ask({ status, body })).toEqual({
      data: { latestReview: { text: 'Good' }, book: null },
      errors: [{ message: 'Not for you.', path: ['book'], extensions: { code: 'FORBIDDEN' } }],
    });
  });
});

describe('what is no answer takes only its own fields with it', () => {
  test.each<[string, Reply]>([
    ['nothing', { status: 200, body: '' }],
    ['a page', { status: 200, body: '<html>10.0.0.1</html>', headers: { 'content-type': 'text/html' } }],
    ['a page with a 4xx', { status: 404, body: '<html>10.0.0.1</html>' }],
    ['another place', { status: 302, body: '', headers: { location: 'http://10.0.0.1' } }],
    ['half of it', { status: 200, body: text.slice(0, -5) }],
    ['a list', { status: 200, body: '[]' }],
    ['null', { status: 200, body: 'null' }],
    ['an object of something else', { status: 200, body: '{"secret":"10.0.0.1"}' }],
    ['data that are no object', { status: 200, body: '{"data":[1]}' }],
    ['errors that are no list', { status: 200, body: '{"data":null,"errors":{"secret":1}}' }],
    ['an unknown encoding', { status: 200, body: text, headers: { 'content-encoding': 'rot13' } }],
    ['a body that does not match its content-encoding', { status: 200, body: text, headers: { 'content-encoding': 'gzip' } }],
    ['more than is taken', { status: 200, body: gzipSync(Buffer.alloc(33 * 1024 * 1024)), headers: { 'content-encoding': 'gzip' } }],
  ])('%s', async (_, reply) => {
    expect(await ask(reply)).toEqual({
      data: { latestReview: { text: 'Good' }, book: null },
      errors: [{ message: away, path: ['book'], extensions: { code: 'UNAVAILABLE' } }],
    });
  });

  test('an error without a message is one of ours', async () => {
    const { errors } = await ask({ status: 200, body: '{"data":null,"errors":[null,{"path":5}]}' });

    expect(errors).toMatchObject([{ path: ['book'], extensions: { code: 'INTERNAL' } }]);
  });
});
