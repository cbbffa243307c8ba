import { bomb, deepAnchors, deepLists, large, latin } from '../bad-texts.ts'
import { call } from '../fault.ts'
import type { Fault } from '../fault.ts'

/** A plugin that says so where it is started. */
const plugin = {
  'plugins/crm/plugin.json': JSON.stringify({ id: 'crm', version: '1.0.0', description: 'Contacts' }),
  'plugins/crm/index.ts': `throw new Error('it was started')\n`,
}

function bad(
  what: string,
  content: NonNullable<Fault['files']>[string],
  says: Fault['says'],
  hint: RegExp,
  file = 'host.yaml',
  more: Fault['files'] = {},
): Fault {
  return {
    what: `bad config: ${what}`,
    args: call('crm.analysis.contacts', '--config', file),
    files: { ...plugin, [file]: content, ...more },
    code: 'invalid-config',
    says: [file, ...says],
    hint,
  }
}

const value = (text: string) => `slots:\n  crm:\n    config:\n      api_url: ${text}\n`
const circle = /in a circle: .*host\.yaml → .*host\.yaml$/

/** Files that are no configuration, or should not be read as one: nothing is started, one problem is told. */
export const badConfigs: readonly Fault[] = [
  bad('an anchor that contains itself', 'slots: &s\n  crm: *s\n', [':2', 'the anchor s contains itself'], /Correct it/),
  bad('anchors nested deep', deepAnchors, ['its anchors are used so often'], /Correct it/),
  bad('a YAML bomb', bomb, ['its anchors are used so often that the value would be huge'], /Correct it/),
  bad('nested deep', `slots: ${deepLists}`, ['nested too deep'], /Correct it/),
  bad('nested deep, JSON', `{"slots": ${deepLists}}`, ['nested deeper than 100'], /flatter/, 'host.json'),
  bad('nested deep, TOML', `slots = ${deepLists}`, ['host.toml:1', 'nested'], /Correct it/, 'host.toml'),
  bad('a key twice', 'slots:\n  crm:\n    enabled: true\n    enabled: false\n', [':4', 'the key "enabled" stands twice'], /Correct it/),
  bad('a key twice, JSON', '{"slots": {},\n "slots": {}}', ['host.json:2', 'the key "slots" stands twice'], /Correct it/, 'host.json'),
  bad('a key twice, TOML', 'timeout = "1s"\ntimeout = "2s"\n', ['host.toml:2', 'redefine'], /Correct it/, 'host.toml'),
  bad('a tab', 'slots:\n\tcrm: {}\n', [':2', 'a tab where spaces must be'], /Correct it/),
  bad('50 MB', large, ['has 524', 'bytes; at most 1048576 are read'], /Move data/),
  bad('an unknown key of a slot', 'slots:\n  crm:\n    enbled: true\n', [':3', 'slots.crm.enbled', "'enabled'"], /config schema/),
  bad('wrong types', 'slots:\n  crm:\n    enabled: 7\n    instances: many\n', ['2 things', ':3', '7 given', ':4', '"many"'], /./),
  bad('a default that is not closed', value('${A:-${B:-c}'), [':4', 'slots.crm.config.api_url', 'has no }'], /default/),
  bad('a variable with no name', value('${}'), [':4', 'slots.crm.config.api_url', '${'], /default/),
  bad('an include of itself', 'include: host.yaml\n', [':1', circle], /Take out one/),
  bad('an include that leads back', 'include: more.yaml\n', [circle], /Take out one/, 'host.yaml', { 'more.yaml': 'include: host.yaml\n' }),
  {
    ...bad('an include that is a folder', 'include: more.yaml\n', [], /Name a file/, 'host.yaml', { 'more.yaml': null }),
    says: ['more.yaml', 'is not a file'],
  },
  bad('a folder', null, ['is not a file'], /a folder is no configuration/),
  bad('unreadable', { link: 'host.yaml' }, ['cannot be read', 'ELOOP'], /readable/),
  bad('not UTF-8', latin, ['not UTF-8'], /UTF-8/),
  bad('a key of the language', '__proto__: {enabled: true}\n', ['__proto__'], /./),
  bad('a tag that makes something', 'slots: !!js/function "x"\n', [':1', 'tag'], /Correct it/),
  bad('two documents', 'slots: {}\n---\nslots: {}\n', [':2', 'second document'], /Correct it/),
]
