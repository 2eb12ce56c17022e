import { z } from 'zod';
import { inputField } from '#platform/input.ts';
import { mostPieces } from './domain.ts';

const cartId = inputField.id().optional();
const productId = inputField.id();

export const addToCartInput = z.object({ cartId, productId, quantity: inputField.wholeNumber(1, mostPieces).default(1) });
export const setCartQuantityInput = z.object({ cartId, productId, quantity: inputField.wholeNumber(0, mostPieces) });
export const removeFromCartInput = z.object({ cartId, productId });
export const clearCartInput = z.object({ cartId });
export const claimCartInput = z.object({ cartId: inputField.id() });
