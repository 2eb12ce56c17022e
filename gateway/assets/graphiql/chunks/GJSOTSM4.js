var o=Object.create;var s=Object.defineProperty;var i=Object.getOwnPropertyDescriptor;var u=Object.getOwnPropertyNames;var d=Object.getPrototypeOf,c=Object.prototype.hasOwnProperty;var h=(n=>typeof require<"u"?require:typeof Proxy<"u"?new Proxy(n,{get:(e,r)=>(typeof require<"u"?require:e)[r]}):n)(function(n){if(typeof require<"u")return require.apply(this,arguments);throw Error('Dynamic require of "'+n+'" is not supported')});var m=(n,e,r)=>()=>{if(r)throw r[0];try{return n&&(e=n(n=0)),e}catch(t){throw r=[t],t}};var g=(n,e)=>()=>{try{return e||n((e={exports:{}}).exports,e),e.exports}catch(r){throw e=0,r}},b=(n,e)=>{for(var r in e)s(n,r,{get:e[r],enumerable:!0})},p=(n,e,r,t)=>{if(e&&typeof e=="object"||typeof e=="function")for(let a of u(e))!c.call(n,a)&&a!==r&&s(n,a,{get:()=>e[a],enumerable:!(t=i(e,a))||t.enumerable});return n};var I=(n,e,r)=>(r=n!=null?o(d(n)):{},p(e||!n||!n.__esModule?s(r,"default",{value:n,enumerable:!0}):r,n));var $,y=m(()=>{$=[{query:`# The catalogue, a page at a time. Try search, category, inStock and sort.
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
}`},{query:`# Logs in by e-mail address or username. The access token goes into the headers: { "authorization": "Bearer \u2026" }
mutation LogIn($input: LogInInput!) {
  logIn(input: $input) {
    ... on LogInSuccess {
      session {
        accessToken
        refreshToken
        expiresAt
        user {
          id
          username
          role
        }
      }
    }
    ... on UserError {
      code
      message
    }
    ... on TooManyAttempts {
      retryAfterSeconds
    }
  }
}`,variables:`{
  "input": {
    "login": "your e-mail or username",
    "password": "your password"
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
}`},{query:`# One query, five subgraphs: user, order, product, payment and cart answer together.
query MyOrders($first: Int = 5) {
  me {
    username
    email
    cart {
      itemCount
    }
    orders(first: $first) {
      totalCount
      edges {
        node {
          id
          number
          status
          placedAt
          total {
            amount
            currency
          }
          lines {
            quantity
            product {
              name
              price {
                amount
              }
            }
          }
          payment {
            status
            method {
              label
            }
          }
          history {
            status
            at
            cause
          }
        }
      }
    }
  }
}`,variables:`{
  "first": 5
}`},{query:`# How easily these products can be had, then each change of level.
subscription ProductAvailability($ids: [ID!]!) {
  productAvailability(ids: $ids) {
    id
    name
    availability
  }
}`,variables:`{
  "ids": [
    "{{productId}}"
  ]
}`},{query:`# The caller's orders as they move; for an admin everybody's.
subscription OrdersLive {
  orders {
    id
    number
    status
    version
    total {
      amount
    }
  }
}`,variables:""},{query:`# Admins: adds products to the catalogue, all of them or none.
mutation CreateProducts($input: CreateProductsInput!) {
  createProducts(input: $input) {
    ... on CreateProductsSuccess {
      products {
        id
        sku
        name
        stock {
          available
        }
      }
    }
    ... on UserError {
      code
      message
    }
    ... on SkuTaken {
      sku
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
    "products": [
      {
        "sku": "LOTUS-{{new}}",
        "name": "Lotus tea",
        "category": "Tea",
        "price": 1250,
        "stock": 10
      }
    ]
  }
}`},{query:`# Admins: changes the stock by a difference, never to a number.
mutation AdjustStock($input: AdjustStockInput!) {
  adjustStock(input: $input) {
    ... on AdjustStockSuccess {
      product {
        id
        name
        availability
        stock {
          available
          held
          committed
        }
      }
    }
    ... on UserError {
      code
      message
    }
    ... on NotEnoughStock {
      available
    }
  }
}`,variables:`{
  "input": {
    "id": "{{productId}}",
    "difference": 5,
    "reason": "delivery"
  }
}`},{query:`# Admins: the parcel has left.
mutation ShipOrder($input: ShipOrderInput!) {
  shipOrder(input: $input) {
    ... on ShipOrderSuccess {
      order {
        id
        number
        status
      }
    }
    ... on UserError {
      code
      message
    }
    ... on OrderNotInStatus {
      status
    }
  }
}`,variables:`{
  "input": {
    "orderId": "{{orderId}}"
  }
}`},{query:`# Admins: gives the money back and takes the goods back.
mutation RefundOrder($input: RefundOrderInput!) {
  refundOrder(input: $input) {
    ... on RefundOrderSuccess {
      order {
        id
        number
        status
        payment {
          status
          refunds {
            status
            amount {
              amount
            }
          }
        }
      }
    }
    ... on UserError {
      code
      message
    }
    ... on OrderNotInStatus {
      status
    }
  }
}`,variables:`{
  "input": {
    "orderId": "{{orderId}}"
  }
}`}]});export{h as a,m as b,g as c,b as d,I as e,y as f,$ as g};
