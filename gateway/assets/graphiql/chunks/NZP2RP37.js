var o=Object.create;var s=Object.defineProperty;var i=Object.getOwnPropertyDescriptor;var u=Object.getOwnPropertyNames;var d=Object.getPrototypeOf,c=Object.prototype.hasOwnProperty;var y=(n=>typeof require<"u"?require:typeof Proxy<"u"?new Proxy(n,{get:(e,r)=>(typeof require<"u"?require:e)[r]}):n)(function(n){if(typeof require<"u")return require.apply(this,arguments);throw Error('Dynamic require of "'+n+'" is not supported')});var m=(n,e,r)=>()=>{if(r)throw r[0];try{return n&&(e=n(n=0)),e}catch(t){throw r=[t],t}};var h=(n,e)=>()=>{try{return e||n((e={exports:{}}).exports,e),e.exports}catch(r){throw e=0,r}},I=(n,e)=>{for(var r in e)s(n,r,{get:e[r],enumerable:!0})},l=(n,e,r,t)=>{if(e&&typeof e=="object"||typeof e=="function")for(let a of u(e))!c.call(n,a)&&a!==r&&s(n,a,{get:()=>e[a],enumerable:!(t=i(e,a))||t.enumerable});return n};var $=(n,e,r)=>(r=n!=null?o(d(n)):{},l(e||!n||!n.__esModule?s(r,"default",{value:n,enumerable:!0}):r,n));var v,g=m(()=>{v=[{query:`# The catalogue, a page at a time. Try search, category, inStock and sort.
query BrowseProducts($first: Int = 12, $after: String, $search: String, $category: String, $sort: ProductSort = NEWEST) {
  categories {
    slug
    name
    productCount
  }
  products(first: $first, after: $after, search: $search, category: $category, sort: $sort) {
    totalCount
    edges {
      node {
        id
        name
        slug
        price {
          amount
          currency
        }
        availability
        images {
          url
          alt
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,variables:`{
  "first": 6,
  "sort": "NAME"
}`},{query:`# Opens an account. The access token goes into the headers: { "authorization": "Bearer \u2026" }
mutation Register($input: RegisterInput!) {
  register(input: $input) {
    ... on RegisterSuccess {
      session {
        accessToken
        refreshToken
        expiresAt
        user {
          id
          username
        }
      }
    }
    ... on UserError {
      code
      message
    }
    ... on InvalidInput {
      problems {
        field
        message
      }
    }
  }
}`,variables:`{
  "input": {
    "email": "lan-{{new}}@example.com",
    "username": "lan-{{new}}",
    "password": "marigolds in spring"
  }
}`},{query:`# Without a cartId: into the customer's own cart, or into a new one for a guest.
mutation AddToCart($input: AddToCartInput!) {
  addToCart(input: $input) {
    ... on AddToCartSuccess {
      cart {
        id
        version
        itemCount
        lines {
          name
          quantity
          unitPrice {
            amount
          }
          lineTotal {
            amount
          }
          notice
        }
        total {
          amount
          currency
        }
      }
    }
    ... on UserError {
      code
      message
    }
  }
}`,variables:`{
  "input": {
    "productId": "{{productId}}",
    "quantity": 1
  }
}`},{query:`# The test cards, and what each of them does.
query PaymentMethods {
  paymentMethods {
    id
    label
    behaviour
  }
}`,variables:""},{query:`# Buys what is in the customer's cart. The same idempotencyKey gets the same order, however often it is sent.
mutation PlaceOrder($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    ... on PlaceOrderSuccess {
      order {
        id
        number
        status
        version
        total {
          amount
          currency
        }
      }
    }
    ... on UserError {
      code
      message
    }
    ... on CartAlreadyOrdered {
      order {
        id
        number
      }
    }
    ... on InvalidInput {
      problems {
        field
        message
      }
    }
  }
}`,variables:`{
  "input": {
    "idempotencyKey": "playground-{{new}}",
    "paymentMethodId": "{{paymentMethodId}}",
    "shippingAddress": {
      "name": "Lan Nguyen",
      "line1": "12 Hang Gai",
      "city": "Ha Noi",
      "postalCode": "100000",
      "country": "VN"
    }
  }
}`},{query:`# The order as it is, then each change until it is final. Its fields come from five subgraphs.
subscription OrderStatus($orderId: ID!, $sinceVersion: Int) {
  orderStatus(orderId: $orderId, sinceVersion: $sinceVersion) {
    id
    number
    status
    version
    cancelReason
    total {
      amount
      currency
    }
    customer {
      username
    }
    payment {
      status
      failure {
        message
      }
    }
    lines {
      quantity
      product {
        name
        availability
      }
    }
  }
}`,variables:`{
  "orderId": "{{orderId}}"
}`}]});export{y as a,m as b,h as c,I as d,$ as e,g as f,v as g};
