/** Writes docs/check-schema.json from the schema in the code. */
import { fileURLToPath } from 'node:url';
import { atomicWrite } from '../core/files/atomic-write.ts';
import { checkSchemaText } from '../main/commands/check-output.ts';

await atomicWrite(fileURLToPath(new URL('../docs/check-schema.json', import.meta.url)), checkSchemaText());
