/** The addresses of all pages, by the patterns of the router; `:id` is an id of the graph and nothing else. The gateway knows them by the build, and answers every other one with 404. */
export const paths = {
  catalogue: '/',
  product: '/products/:id/:slug?',
  cart: '/cart',
  checkout: '/checkout',
  orders: '/orders',
  order: '/orders/:id',
  logIn: '/log-in',
  register: '/register',
  forgotPassword: '/forgot-password',
  resetPassword: '/reset-password',
  confirmEmail: '/confirm-email',
  account: '/account',
  admin: '/admin',
  adminOrders: '/admin/orders',
  adminOrder: '/admin/orders/:id',
  adminCatalogue: '/admin/catalogue',
  adminNewProduct: '/admin/catalogue/new',
  adminProduct: '/admin/catalogue/:id',
  adminOperations: '/admin/operations',
} as const;

/** Public pages about one object, with the operation whose first field is null when there is no such thing; its variables are named as in the path. */
export const existence: Readonly<Partial<Record<keyof typeof paths, string>>> = {
  product: 'product-exists',
  // archived products are public, too
  adminProduct: 'product-exists',
};
