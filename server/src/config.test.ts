/** The configuration: defaults, every setting, and refusals that tell what to do without telling secrets. */
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError, type Environment, readConfig, SETTINGS, withPort } from './config.ts'

const refusal = (env: Environment): ConfigError => {
  try {
    readConfig(env, '/srv')
  } catch (error) {
    if (error instanceof ConfigError) return error
  }
  throw new Error('the configuration was not refused')
}

describe('what is not set has a default', () => {
  test('an empty environment starts everything on loopback with the embedded database', () => {
    const config = readConfig({}, '/srv')
    expect(config).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      dataDir: resolve('/srv/.carillon'),
      roles: ['api', 'worker', 'studio'],
      publicUrl: 'http://127.0.0.1:8080',
      logLevel: 'info',
    })
    expect(config.workers).toBeGreaterThanOrEqual(1)
    expect(config).not.toHaveProperty('databaseUrl')
    expect(config).not.toHaveProperty('secret')
    expect(Object.isFrozen(config)).toBe(true)
  })

  test('an empty value counts as not set', () => {
    const empty = Object.fromEntries(SETTINGS.map(({ name }) => [name, '']))
    expect(readConfig(empty, '/srv')).toEqual(readConfig({}, '/srv'))
  })

  test('the public address follows host and port, and names no wildcard', () => {
    expect(readConfig({ CARILLON_PORT: '9000' }, '/').publicUrl).toBe('http://127.0.0.1:9000')
    expect(readConfig({ CARILLON_HOST: '0.0.0.0' }, '/').publicUrl).toBe('http://localhost:8080')
    expect(readConfig({ CARILLON_HOST: '::1' }, '/').publicUrl).toBe('http://[::1]:8080')
  })

  test('with port 0 the public address is completed once the port is known, unless it was set', () => {
    expect(withPort(readConfig({ CARILLON_PORT: '0' }, '/'), 4321).publicUrl).toBe('http://127.0.0.1:4321')
    const set = { CARILLON_PORT: '0', CARILLON_PUBLIC_URL: 'https://bells.example.test' }
    expect(withPort(readConfig(set, '/'), 4321)).toMatchObject({
      port: 4321,
      publicUrl: 'https://bells.example.test',
    })
  })
})

test('every setting is read', () => {
  const env = {
    CARILLON_PORT: '9090',
    CARILLON_HOST: '::',
    CARILLON_DATA_DIR: 'data',
    DATABASE_URL: 'postgres://me:secret@db.example.test/carillon',
    CARILLON_WORKERS: '3',
    CARILLON_ROLES: 'worker, api,worker',
    CARILLON_PUBLIC_URL: 'https://bells.example.test/',
    CARILLON_SECRET: 's'.repeat(32),
    CARILLON_LOG_LEVEL: 'debug',
    CARILLON_FEEDBACK_PORT: '2525',
    CARILLON_DNS: '127.0.0.1:5353, 9.9.9.9',
  }
  expect(Object.keys(env).sort()).toEqual(SETTINGS.map(({ name }) => name).sort())
  expect(readConfig(env, '/srv')).toEqual({
    port: 9090,
    host: '::',
    dataDir: resolve('/srv/data'),
    databaseUrl: env.DATABASE_URL,
    workers: 3,
    roles: ['worker', 'api'],
    publicUrl: 'https://bells.example.test',
    secret: env.CARILLON_SECRET,
    logLevel: 'debug',
    feedbackPort: 2525,
    dnsServers: ['127.0.0.1:5353', '9.9.9.9'],
  })
})

describe('what is wrong is refused', () => {
  test.each([
    ['CARILLON_PORT', '80a'],
    ['CARILLON_PORT', '65536'],
    ['CARILLON_PORT', '-1'],
    ['CARILLON_HOST', 'a b'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['CARILLON_WORKERS', '0'],
    ['CARILLON_WORKERS', '1.5'],
    ['CARILLON_ROLES', 'api,bells'],
    ['CARILLON_ROLES', ','],
    ['CARILLON_PUBLIC_URL', 'bells.example.test'],
    ['CARILLON_PUBLIC_URL', 'ftp://bells.example.test'],
    ['CARILLON_SECRET', 'short'],
    ['CARILLON_LOG_LEVEL', 'loud'],
    ['CARILLON_FEEDBACK_PORT', 'smtp'],
  ])('%s = %s is refused by name, with the list of settings', (name, value) => {
    const error = refusal({ [name]: value })
    expect(error.problems).toHaveLength(1)
    expect(error.problems[0]).toContain(name)
    for (const setting of SETTINGS) expect(error.message).toContain(setting.name)
  })

  test('an unknown CARILLON_ name is refused; names of the tests and of others are not ours', () => {
    expect(refusal({ CARILLON_PROT: '80' }).problems).toEqual(['CARILLON_PROT is not a setting of Carillon.'])
    expect(() => readConfig({ CARILLON_TEST_ALL: '1', PORT: 'x', HOME: '/' }, '/')).not.toThrow()
  })

  test('everything wrong is told at once', () => {
    expect(refusal({ CARILLON_PORT: 'x', CARILLON_WORKERS: 'y', CARILLON_X: 'z' }).problems).toHaveLength(3)
  })

  test('a refusal repeats neither a secret nor a database address', () => {
    const { message } = refusal({ CARILLON_SECRET: 'hunter2', DATABASE_URL: 'http://me:hunter2@db' })
    expect(message).not.toContain('hunter2')
  })

  test('whatever the environment holds, it is read or refused, never worse', () => {
    const names = fc.constantFrom(...SETTINGS.map(({ name }) => name), 'CARILLON_OTHER', 'OTHER')
    fc.assert(
      fc.property(fc.dictionary(names, fc.string()), env => {
        try {
          expect(Object.isFrozen(readConfig(env, '/'))).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
        }
      }),
    )
  })
})
