var s=Object.create;var o=Object.defineProperty;var i=Object.getOwnPropertyDescriptor;var u=Object.getOwnPropertyNames;var d=Object.getPrototypeOf,c=Object.prototype.hasOwnProperty;var y=(n=>typeof require<"u"?require:typeof Proxy<"u"?new Proxy(n,{get:(e,t)=>(typeof require<"u"?require:e)[t]}):n)(function(n){if(typeof require<"u")return require.apply(this,arguments);throw Error('Dynamic require of "'+n+'" is not supported')});var l=(n,e,t)=>()=>{if(t)throw t[0];try{return n&&(e=n(n=0)),e}catch(r){throw t=[r],r}};var g=(n,e)=>()=>{try{return e||n((e={exports:{}}).exports,e),e.exports}catch(t){throw e=0,t}},I=(n,e)=>{for(var t in e)o(n,t,{get:e[t],enumerable:!0})},m=(n,e,t,r)=>{if(e&&typeof e=="object"||typeof e=="function")for(let a of u(e))!c.call(n,a)&&a!==t&&o(n,a,{get:()=>e[a],enumerable:!(r=i(e,a))||r.enumerable});return n};var f=(n,e,t)=>(t=n!=null?s(d(n)):{},m(e||!n||!n.__esModule?o(t,"default",{value:n,enumerable:!0}):t,n));var b,h=l(()=>{b=[{query:`# The catalogue, a page at a time. Try search, category, inStock and sort.
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
          notices
          available
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
}`,variables:""},{query:`# Buys what is in the customer's cart, at the version and for the total that AddToCart or Cart has shown. The same idempotencyKey gets the same order, however often it is sent.
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
    ... on CartChanged {
      cart {
        id
        version
        total {
          amount
          currency
        }
      }
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
    "cartVersion": "{{cartVersion}}",
    "expectedTotal": {
      "amount": "{{cartTotal}}",
      "currency": "EUR"
    },
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
}`}]});export{y as a,l as b,g as c,I as d,f as e,h as f,b as g};
