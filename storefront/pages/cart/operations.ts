import addFile from '../../../schema/operations/storefront/add-to-cart.graphql';
import cartFile from '../../../schema/operations/storefront/cart.graphql';
import clearFile from '../../../schema/operations/storefront/clear-cart.graphql';
import setFile from '../../../schema/operations/storefront/set-cart-quantity.graphql';
import type {
  AddToCartMutation,
  AddToCartMutationVariables,
  CartQuery,
  CartQueryVariables,
  ClearCartMutation,
  ClearCartMutationVariables,
  SetCartQuantityMutation,
  SetCartQuantityMutationVariables,
} from '../../../schema/operations/storefront.types.ts';
import { registered } from '../../graph/registered.ts';

export const Cart = registered<CartQuery, CartQueryVariables>(cartFile);
export const AddToCart = registered<AddToCartMutation, AddToCartMutationVariables>(addFile);
export const SetCartQuantity = registered<SetCartQuantityMutation, SetCartQuantityMutationVariables>(setFile);
export const ClearCart = registered<ClearCartMutation, ClearCartMutationVariables>(clearFile);
