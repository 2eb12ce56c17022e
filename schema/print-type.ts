import { Kind, type TypeNode } from 'graphql';

/** A type as it is written: `[Order!]!`. */
export function printType(type: TypeNode): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${printType(type.type)}!`;
  return type.kind === Kind.LIST_TYPE ? `[${printType(type.type)}]` : type.name.value;
}
