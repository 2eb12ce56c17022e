import type { SubgraphText } from './random-graph.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@interfaceObject", "@inaccessible"])';

export const foreign: SubgraphText[] = [
  {
    name: 'catalogue',
    url: 'http://catalogue',
    sdl: `${link}
    scalar Json
    interface Media { id: ID! title: String! length: Int }
    union Thing = Book | Film | Person
    type Query { media(id: ID): Media  things: [Thing!]!  books(first: Int = 2): [Book!]!  echo(text: String): String }
    type Mutation { publish(title: String): Book  withdraw: Media }
    type Book implements Media @key(fields: "id") { id: ID! title: String! length: Int weight: Int size: Int meta: Json price(currency: String): Int author: Person binding: Binding @shareable }
    type Film implements Media @key(fields: "id") { id: ID! title: String! length: Int director: Person! kind: String @shareable }
    type Binding { colour: String @shareable pages: Int @shareable }
    type Person @key(fields: "id") { id: ID! }`,
  },
  {
    name: 'people',
    url: 'http://people',
    sdl: `${link}
    enum Mood { CALM ANGRY }
    interface Named { name: String }
    union Favourite = Book | Person
    type Query { people(mood: Mood): [Person]  person(id: ID!): Person }
    type Person implements Named @key(fields: "id") @key(fields: "email") { id: ID! email: String! name: String mood: Mood age: Int! kind: Int @shareable favourites: [Favourite] friend: Person address: Address }
    type Address implements Named { name: String street(upper: Boolean): String! at: Person }
    type Book @key(fields: "id") { id: ID! }`,
  },
  {
    name: 'reviews',
    url: 'http://reviews',
    sdl: `${link}
    type Query { latest(first: Int): [Review!] }
    type Mutation { review(text: String!): Review }
    interface Reviewed { reviews(first: Int): [Review!] }
    type Book implements Reviewed @key(fields: "id") { id: ID! weight: Int @external size: Int @external shipping(to: String): Int @requires(fields: "weight size") reviews(first: Int): [Review!] stars: Float! }
    type Film implements Reviewed @key(fields: "id") { id: ID! reviews(first: Int): [Review!] kind: String @shareable }
    type Person @key(fields: "email") { email: String! reviews: [Review] kind: Int @shareable }
    type Review { text: String! by: Person about: Subject title: String }
    union Subject = Book | Film`,
  },
];
/** Another graph of entity interfaces. */
export const interfaces: SubgraphText[] = [
  {
    name: 'films',
    url: 'http://films',
    sdl: `${link}
    interface Media @key(fields: "id") { id: ID! title: String }
    type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int! }
    type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
    type Query { all: [Media!]!  one(id: ID): Media  book: Book }`,
  },
  {
    name: 'ratings',
    url: 'http://ratings',
    sdl: `${link}
    type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int  best: Opinion }
    type Opinion { text: String on: Media }
    type Query { top(first: Int): [Media]  opinion: Opinion }`,
  },
];

/** Lists in lists, values for inputs of scalars and enums, and fields that are called as what every object of JavaScript has. */
export const chains: SubgraphText[] = [
  {
    name: 'boards',
    url: 'http://boards',
    sdl: `${link}
    enum Colour { RED GREEN }
    scalar Json
    input Filter { colour: Colour like: [String!] deep: Filter any: Json }
    interface Node { id: ID! }
    union Piece = Cell | Lamp
    type Query { grid: [[Cell!]]!  cells(filter: Filter): [Cell]  pick(of: [Colour!]): Piece  matrix: [[Colour]]  node(id: ID!): Node }
    type Mutation { paint(filter: Filter!): Cell  wipe: [Cell!] }
    type Cell implements Node @key(fields: "id") { id: ID! colour: Colour height: Int width: Int tags: [[String]] near: [Cell!] lamp: Lamp inside: Piece toString: String constructor: String hasOwnProperty: Int }
    type Lamp implements Node @key(fields: "id") { id: ID! watt: Int on: Boolean cell: Cell colour: String }`,
  },
  {
    name: 'sizes',
    url: 'http://sizes',
    sdl: `${link}
    type Query { owners: [Owner!] }
    type Cell @key(fields: "id") { id: ID! height: Int @external width: Int @external area: Int @requires(fields: "height width") neighbours: [[Cell]] owner: Owner }
    type Owner @key(fields: "id") { id: ID! name: String! cells(first: Int): [Cell!] lamps: [Lamp] }
    type Lamp @key(fields: "id") { id: ID! watt: Int @external cost(per: Float): Int @requires(fields: "watt") }`,
  },
  {
    name: 'debts',
    url: 'http://debts',
    sdl: `${link}
    union Asset = Cell | Lamp
    type Query { debts: [Debt]  assets: [[Asset!]] }
    type Cell @key(fields: "id") { id: ID! width: Int @external price(in: String): Int @requires(fields: "width") hidden: String @inaccessible }
    type Owner @key(fields: "id") { id: ID! debts: [Debt!]! best: Asset }
    type Debt { amount: Float! to: Owner for: Asset }
    type Lamp @key(fields: "id") { id: ID! broken: Boolean! }`,
  },
];

/** Fields that several subgraphs provide, and an interface as an object whose fields require those of its types. */
export const provides: SubgraphText[] = [
  {
    name: 'posts',
    url: 'http://posts',
    sdl: `${link}
    interface Entry { id: ID! author: User }
    type Query { posts: [Post!]  post(id: ID): Post  feed: [Entry] }
    type Post implements Entry @key(fields: "id") { id: ID! author: User @provides(fields: "name") text: String }
    type Photo implements Entry @key(fields: "id") { id: ID! author: User url: String }
    type User @key(fields: "id") { id: ID! name: String @external }`,
  },
  {
    name: 'users',
    url: 'http://users',
    sdl: `${link}
    interface Entry { id: ID! }
    type Query { users: [User] }
    type User @key(fields: "id") { id: ID! name: String @shareable age: Int posts(last: Int): [Post] friends: [User!] entry: Entry }
    type Post implements Entry @key(fields: "id") { id: ID! likes: Int! }
    type Photo implements Entry @key(fields: "id") { id: ID! likes: Int }`,
  },
  {
    name: 'shapes',
    url: 'http://shapes',
    sdl: `${link}
    interface Shape @key(fields: "id") { id: ID! size: Int }
    type Query { shapes: [Shape] }
    type Square implements Shape @key(fields: "id") { id: ID! size: Int side: Int }
    type Circle implements Shape @key(fields: "id") { id: ID! size: Int radius: Int user: User }
    type User @key(fields: "id") { id: ID! favourite: Shape shapes: [Shape!] }`,
  },
  {
    name: 'weights',
    url: 'http://weights',
    sdl: `${link}
    type Query { anyShape: Shape }
    type Shape @key(fields: "id") @interfaceObject { id: ID! size: Int @external colour: String weight: Int @requires(fields: "size") next: Shape owner: User }
    type User @key(fields: "id", resolvable: false) { id: ID! }`,
  },
];

/** Subgraphs that have no key in common, so that the way to one leads through the others, and fields there that require what is on the way. */
export const hops: SubgraphText[] = [
  {
    name: 'one',
    url: 'http://one',
    sdl: `${link}
    interface Has { id: ID! mate: Thing }
    type Query { first: Thing  all(first: Int): [Thing!]  has: [Has] }
    type Mutation { make(as: String): Thing }
    type Thing implements Has @key(fields: "id") { id: ID! mate: Thing one(as: String): String }
    type Box implements Has @key(fields: "id") { id: ID! mate: Thing lid: String things: [[Thing]] }`,
  },
  {
    name: 'two',
    url: 'http://two',
    sdl: `${link}
    type Thing @key(fields: "id") @key(fields: "code") { id: ID! code: ID! two: Int size: String box: Box }
    type Box @key(fields: "id") { id: ID! two: Int best: Thing }`,
  },
  {
    name: 'three',
    url: 'http://three',
    sdl: `${link}
    type Query { threes: [Thing] }
    type Thing @key(fields: "code") @key(fields: "sku") { code: ID! sku: ID! three: Float }`,
  },
  {
    name: 'four',
    url: 'http://four',
    sdl: `${link}
    type Thing @key(fields: "sku") { sku: ID! two: Int @external size: String @external four: Int! fourth(as: String = "x"): String @requires(fields: "two") fifth: Int @requires(fields: "size two") }
    type Box @key(fields: "id") { id: ID! two: Int @external twice: Int @requires(fields: "two") }`,
  },
];
