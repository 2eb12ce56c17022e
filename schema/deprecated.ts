import {
  type GraphQLArgument,
  type GraphQLEnumValue,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';

type Part = GraphQLField<unknown, unknown> | GraphQLInputField | GraphQLEnumValue | GraphQLArgument;

/** Whether `Type.field`, `Type.field.argument`, `Input.field` or `Enum.VALUE` is deprecated, or the field of such an argument is. */
export function isDeprecated(schema: GraphQLSchema, coordinate: string): boolean {
  const [typeName = '', partName, argumentName] = coordinate.split('.');
  const part = partsOf(schema.getType(typeName)).find(({ name }) => name === partName);
  if (argumentName === undefined) return hasReason(part);
  const argument = part && 'args' in part ? part.args.find(({ name }) => name === argumentName) : undefined;
  return hasReason(part) || hasReason(argument);
}

/** Whether every field of a type is deprecated, which deprecates the type itself. */
export function isWhollyDeprecated(schema: GraphQLSchema, typeName: string): boolean {
  const parts = partsOf(schema.getType(typeName));
  return parts.length > 0 && parts.every(hasReason);
}

/** Every `Type.field`, `Type.field.argument`, `Input.field` and `Union.Member` that names a type. */
export function referencesTo(schema: GraphQLSchema, typeName: string): string[] {
  return Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => referencesOf(type, typeName));
}

function referencesOf(type: GraphQLNamedType, wanted: string): string[] {
  if (isUnionType(type)) return type.getTypes().some(({ name }) => name === wanted) ? [`${type.name}.${wanted}`] : [];
  const implemented = isObjectType(type) && type.getInterfaces().some(({ name }) => name === wanted) ? [type.name] : [];
  const named = partsOf(type).flatMap((part) => {
    const coordinate = `${type.name}.${part.name}`;
    const own = 'type' in part && getNamedType(part.type).name === wanted ? [coordinate] : [];
    const args = 'args' in part ? part.args.filter((argument) => getNamedType(argument.type).name === wanted) : [];
    return [...own, ...args.map(({ name }) => `${coordinate}.${name}`)];
  });
  return [...implemented, ...named];
}

function partsOf(type: GraphQLNamedType | undefined): readonly Part[] {
  if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) return Object.values(type.getFields());
  return isEnumType(type) ? type.getValues() : [];
}

function hasReason(part: Part | undefined): boolean {
  return typeof part?.deprecationReason === 'string';
}
