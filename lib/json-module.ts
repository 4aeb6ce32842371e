import { contextStorage } from './context.ts'
import { jsonify } from './helpers.ts'
import { DefaultJSONProvider, type JSONProvider } from './json/provider.ts'

const withoutApp: JSONProvider = new DefaultJSONProvider()

function provider(): JSONProvider {
  return contextStorage.getStore()?.app.json ?? withoutApp
}

/** What Flask has as the module `flask.json`: the JSON functions of the app that is active here. */
export interface JSONModule {
  /** The value as JSON text. */
  dumps(value: unknown, options?: Parameters<JSONProvider['dumps']>[1]): string
  /** The value of a JSON text. */
  loads(text: Parameters<JSONProvider['loads']>[0]): unknown
  /** Writes the value as JSON text into `file`. */
  dump: JSONProvider['dump']
  /** The value of the JSON that is read from `file`. */
  load: JSONProvider['load']
  /** A JSON response. */
  jsonify: typeof jsonify
}

/** JSON by the provider of the app that is active here, else by the default one. */
export const json: JSONModule = {
  dumps: (value, options) => provider().dumps(value, options),
  loads: (text) => provider().loads(text),
  dump: (value, file, options) => provider().dump(value, file, options),
  load: (file) => provider().load(file),
  jsonify,
}
