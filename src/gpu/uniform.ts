import './float16_array';
import { makeShaderDataDefinitions, makeStructuredView, type StructuredView } from 'webgpu-utils';

/** Where a shader's declarations end; function bodies say nothing of its structs. */
const FIRST_FUNCTION = /^(fn|@compute)\b/m;

/** The bytes of a shader's uniform struct, laid out as its WGSL declares it; set numbers by their field's name. */
export function uniformView(source: string, name: string): StructuredView {
  const declarations = source.slice(0, source.search(FIRST_FUNCTION));
  const definition = makeShaderDataDefinitions(declarations).uniforms[name];
  if (!definition) throw new Error(`the shader has no uniform ${name}`);
  return makeStructuredView(definition);
}
