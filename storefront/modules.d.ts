/** A registered operation, as registered-operations.ts gives it to the bundle. */
declare module '*.graphql' {
  const operation: { readonly text: string; readonly hash: string };
  export default operation;
}
