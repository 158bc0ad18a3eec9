import buildValidators from "@fastify/ajv-compiler";
import buildSerializers from "@fastify/fast-json-stringify-compiler";
import type { FastifySchemaCompiler, FastifyServerOptions } from "fastify";

type SchemaController = NonNullable<FastifyServerOptions["schemaController"]>;
type Compiler = FastifySchemaCompiler<unknown>;
type Compilers = NonNullable<SchemaController["compilersFactory"]>;

/**
 * Fastify's own compilers, each asked when a route is: most of a start would be spent on checks and
 * writers of some hundred routes, twice each for HEAD, that nobody asks for in this process.
 */
export function compileWhenAsked(): Compilers {
  // Its types take the maker of checks for Ajv's own, which is given a schema and not a route's part.
  const validators = buildValidators() as unknown as (...given: unknown[]) => Compiler;
  const serializers = buildSerializers();
  return {
    buildValidator: ((...given: unknown[]) =>
      validateWhenAsked(validators(...given))) as unknown as Required<Compilers>["buildValidator"],
    buildSerializer: (...given) => {
      const compile = serializers(...given);
      return (route) => {
        const serialize = once(() => compile(route));
        return (value) => serialize()(value);
      };
    },
  };
}

/** The same for one compiler of checks. */
export function validateWhenAsked<T>(compile: FastifySchemaCompiler<T>): FastifySchemaCompiler<T> {
  return (route) => {
    const getCheck = once(() => compile(route));
    return (value) => {
      const check = getCheck();
      const answer = check(value);
      // Fastify reads the faults off the function that it was given.
      return answer === false ? { error: check.errors ?? [] } : answer;
    };
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
