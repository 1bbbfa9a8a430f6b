// How Docker Compose's canonical output is built: the fields of each element in their order (which the config hash depends on), and
// the type that each value is converted to.

export type FieldType =
  | 'text'
  | 'bool'
  | 'int'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float'
  | 'cpus'
  | 'bytes'
  | 'duration'
  | 'texts'
  | 'textOrTexts'
  | 'anyTexts'
  | 'mapping'
  | 'textMapping'
  | 'mappingOrNull'
  | 'multiOptions'
  | 'hosts'
  | 'command'
  | 'healthTest'
  | 'fileMode'
  | 'deviceCount'
  | 'sshKeys'
  | 'envFile'
  | 'ulimit'
  | { readonly struct: StructType }
  | { readonly list: FieldType }
  | { readonly map: FieldType; /** Entries may be null. */ readonly nullable?: boolean };

export type Field = {
  readonly type: FieldType;
  /** Printed although it is false, zero or empty: set is different from unset. */
  readonly keepZero?: boolean;
  /** In the model although it is false, and never printed then. */
  readonly silentFalse?: boolean;
  /** JSON (and so the hash) has it even when it is unset: null for commands, {} for structs. YAML has not. */
  readonly always?: boolean;
  /** What is printed when it is unset: these fields are never left out. */
  readonly whenUnset?: string | number;
  /** JSON's own spelling, where it differs. */
  readonly jsonName?: string;
};

export type StructType = {
  readonly fields: Readonly<Record<string, Field>>;
  /** `x-*` keys are kept. */ readonly extensible: boolean;
};

export function field(type: FieldType): Field {
  return { type };
}

/** A boolean whose `false` means something. */
export function pointer(type: FieldType): Field {
  return { type, keepZero: true };
}

/** A field whose zero value means something that Docker Compose's output can't say. */
export function silentBool(): Field {
  return { type: 'bool', silentFalse: true };
}

export function structOf(fields: Readonly<Record<string, Field>>, extensible = true): StructType {
  return { fields, extensible };
}

export function listOf(type: FieldType | StructType): FieldType {
  return { list: asType(type) };
}

export function mapOf(type: FieldType | StructType, nullable = false): FieldType {
  return { map: asType(type), nullable };
}

/** An optional nested struct. */
export function nested(type: StructType): Field {
  return { type: { struct: type }, keepZero: true };
}

/** A nested struct that JSON always has. */
export function embedded(type: StructType): Field {
  return { type: { struct: type }, always: true };
}

function asType(type: FieldType | StructType): FieldType {
  return typeof type === 'object' && 'fields' in type ? { struct: type } : type;
}
