/** The settings of filters and their presets, as `Environment.policies` holds them. */
export function defaultPolicies(): Record<string, unknown> {
  return Object.assign(Object.create(null) as Record<string, unknown>, {
    'compiler.ascii_str': true,
    'urlize.rel': 'noopener',
    'urlize.target': null,
    'urlize.extra_schemes': null,
    'truncate.leeway': 5,
    'json.dumps_function': null,
    'json.dumps_kwargs': { sort_keys: true },
  })
}
