import type { Names } from './names.ts';

/** The public contract of the new subgraph: one entity that belongs to a product, one way to read it, one way to add it. */
export const schemaTemplate = ({
  camel,
  pascal,
  words,
}: Names): string => `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])

type Query {
  "A ${words} by its id; null when there is none."
  ${camel}(
    "The id of the ${words}."
    id: ID!
  ): ${pascal}
}

type Mutation {
  "Adds a ${words} to a product; for customers with an account."
  add${pascal}(
    "What to add, and to which product."
    input: Add${pascal}Input!
  ): Add${pascal}Result!
}

"A ${words} of a product."
type ${pascal} @key(fields: "id") {
  "The id of the ${words}."
  id: ID!
  "The product it belongs to; null when the catalogue cannot be asked at the moment."
  product: Product
  "As its writer wrote it."
  text: String!
  "When it was added."
  createdAt: DateTime!
}

"Something that is sold here."
type Product @key(fields: "id", resolvable: false) {
  "The id of the product."
  id: ID!
}

"A new ${words}."
input Add${pascal}Input {
  "Which product it belongs to."
  productId: ID!
  "1 to 1000 characters."
  text: String!
}

"What was added, or why not."
union Add${pascal}Result = Add${pascal}Success | InvalidInput

"It was added."
type Add${pascal}Success {
  "What was added."
  ${camel}: ${pascal}!
}

"A stable code for programs."
enum UserErrorCode {
  "Something in the input is not as it must be."
  INVALID_INPUT
}
`;
