import { call, pluginFiles, runCode } from '../fault.ts'
import type { Fault } from '../fault.ts'

const plugin = pluginFiles('crm', runCode('contacts', 'return { summary: {} }'), {
  config_schema: {
    type: 'object',
    required: ['api_url'],
    properties: {
      api_url: { type: 'string' },
      api_key: { type: 'string', sensitive: true, minLength: 20 },
      retries: { type: 'integer', maximum: 5 },
    },
  },
})

function config(what: string, text: string, says: Fault['says'], hint: RegExp, row: Partial<Fault> = {}): Fault {
  const files = { ...plugin, 'host.yaml': text }
  return {
    what: `config: ${what}`,
    args: call('crm.analysis.contacts', '--config', 'host.yaml'),
    files,
    code: 'invalid-config',
    says,
    hint,
    ...row,
  }
}

const slot = (keys: string) => `slots:\n  crm:\n    config:\n      ${keys}\n      api_url: https://crm.example\n`

/** The configuration cannot be used. */
export const configs: readonly Fault[] = [
  config('a file that is not there', '', ['none.yaml'], /path/, { args: call('contacts', '--config', 'none.yaml') }),
  config('no YAML', 'slots: [\n', ['host.yaml:2', 'not YAML'], /Correct it/),
  config('a list', '- slots\n', ['host.yaml', 'a list'], /cardcage config schema/),
  config('an unknown key', 'slotz: {}\n', ['host.yaml:1', 'slotz', "'slots'"], /cardcage config schema/),
  config('a value of the wrong type', slot('retries: many'), ['retries', '"many"', 'host.yaml:4'], /Correct it/),
  config('a value out of range', slot('retries: 9'), ['retries', '9', '5', 'host.yaml:4'], /Correct it/),
  config(
    'a variable that is not set',
    'slots:\n  crm:\n    config:\n      api_url: ${CARDCAGE_NOT_SET}\n',
    ['api_url', 'CARDCAGE_NOT_SET'],
    /[Ss]et/,
  ),
  config('a secret that is too short', slot('api_key: ${CRM_KEY}'), ['api_key', 'host.yaml:4'], /Correct it/, {
    env: { CRM_KEY: 'swordfish' },
  }),
  config(
    'a policy that is none',
    'slots:\n  crm:\n    policy:\n      timeout: soon\n',
    ['timeout', '"soon"', 'host.yaml:4'],
    /Correct the value/,
  ),
  config('a plugin that is not there', 'slots:\n  sales:\n    plugin: crn\n', ["'crn'", "'crm'"], /plugins\.paths/, {
    code: 'not-found',
    args: call('sales.analysis.contacts', '--config', 'host.yaml'),
  }),
  config('a slot that is disabled', 'slots:\n  crm:\n    enabled: false\n', ["'crm'", 'disabled'], /Enable it/, { code: 'unavailable' }),
]
