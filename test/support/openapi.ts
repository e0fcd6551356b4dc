import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Answer } from './access-calls.ts';

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

/** What `/openapi.json` promises, read for holding answers against it. */
export class Contract {
  /** Its schemas by name, each with its example where there is one. */
  readonly schemas: Record<string, { example?: unknown }>;
  readonly #paths: Record<string, Record<string, Operation>>;
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });
  readonly #validators = new Map<object, ValidateFunction>();

  private constructor(resolved: {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, { example?: unknown }> };
  }) {
    this.#paths = resolved.paths;
    this.schemas = resolved.components.schemas;
  }

  /** @throws Error saying what in the document breaks the rules of OpenAPI */
  static async read(document: object): Promise<Contract> {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(document as never);
    if (!valid) throw new Error(JSON.stringify(errors));
    return new Contract(validator.resolveRefs() as never);
  }

  /** What is not as promised in an answer. */
  faultsOf({ method, path, status, contentType, body }: Answer): string[] {
    const call = `${method} ${path} ${status}`;
    const promised = this.#paths[path]?.[method.toLowerCase()]?.responses[status];
    if (!promised) return [`${call}: not in the contract`];
    const type = contentType.split(';')[0]!;
    const { schema } = promised.content?.[type] ?? {};
    if (!schema) return type === '' && !promised.content ? [] : [`${call}: not in the contract as "${type}"`];
    return this.mismatch(schema, /json/.test(type) ? JSON.parse(body) : body).map(
      (text) => `${call}: ${text}`,
    );
  }

  /** What is not as the schema says in a value. */
  mismatch(schema: object, value: unknown): string[] {
    const validate = this.#validators.get(schema) ?? this.#ajv.compile(schema);
    this.#validators.set(schema, validate);
    return validate(value) ? [] : [`${this.#ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`];
  }
}
