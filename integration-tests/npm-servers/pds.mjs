// Two personal data servers of the reference implementation and a PLC directory, on loopback, until standard input ends.
//
//     node pds.mjs FOLDER-FOR-DATA '{"app.latchkey.internal": 41234}'
//
// The second argument says at which ports of this machine the servers find the hosts of clients' documents, over https.
// Standard output gets a line of JSON when all listen, {"pds": …, "other": …, "directory": …, "version": …}, and then one for each
// line of standard input, which is a JSON array of a command and its arguments. [] stands for nothing to say.
//
//     ["sessions", did, server]      the identifiers of the clients that have a session of this account at pds (0) or other (1)
//     ["end", did]                   the same of both, before it ends them
//     ["point", did, server]         the directory says that the account is there; that server need not know of it
//     ["move", did, handle, password]  the account moves from pds to other, as its owner would have it: see below
//     ["web", handle, password]      opens an account of pds whose DID is a did:web of this machine, and gives the DID
//     ["later", seconds]             so much later it is for both servers
//     ["forge", path, change]        pds answers this path otherwise: {"status": …, "headers": {…}, "set": {…}, "remove": […]}
//     ["fair"]                       and no longer
//     ["answers"]                    what pds has answered since this was asked last: "POST /oauth/token 200"
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Secp256k1Keypair } from '@atproto/crypto'
import { createServiceJwt } from '@atproto/xrpc-server'
import plc from '@did-plc/server'

const [data, hosts = '{}'] = process.argv.slice(2)

// The clock of all that runs here. Node.js itself keeps the true one, and would say so in the header Date.
let ahead = 0
const TrueDate = globalThis.Date
globalThis.Date = class Date extends TrueDate {
  constructor(...parts) {
    if (parts.length) super(...parts)
    else super(TrueDate.now() + ahead)
  }
  static now() {
    return TrueDate.now() + ahead
  }
}
// By which documents of clients grow old.
const trueNow = performance.now.bind(performance)
performance.now = () => trueNow() + ahead

// The servers fetch documents of clients by their names; here they are of this machine.
const ports = JSON.parse(hosts)
const fetchAnywhere = globalThis.fetch
globalThis.fetch = function (input, init) {
  const url = new URL(input instanceof Request ? input.url : String(input))
  const port = ports[url.host]
  if (port === undefined) return fetchAnywhere.call(this, input, init)
  const here = new URL(url)
  here.host = `localhost:${port}`
  return fetchAnywhere.call(this, input instanceof Request ? new Request(here, input) : here, init)
}

const listening = (server) =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server.address().port))
  })

const directory = createServer()
const directoryPort = await listening(directory)
directory.on('request', plc.PlcServer.create({ db: new plc.MockDatabase(), port: directoryPort }).app)

const forged = new Map()
let answers = []

// Whatever is forged is held back until it is whole.
function forging(change, req, res) {
  delete req.headers['accept-encoding']
  const parts = []
  const end = res.end.bind(res)
  const writeHead = res.writeHead.bind(res)
  res.writeHead = (status) => {
    res.statusCode = status
    return res
  }
  res.write = (part) => parts.push(Buffer.from(part))
  res.end = (last) => {
    if (last) parts.push(Buffer.from(last))
    let body = Buffer.concat(parts)
    if (change.set || change.remove) {
      const json = { ...JSON.parse(body), ...change.set }
      for (const name of change.remove ?? []) delete json[name]
      body = Buffer.from(JSON.stringify(json))
    }
    res.setHeader('Content-Length', body.length)
    for (const name in change.headers) res.setHeader(name, change.headers[name])
    writeHead(change.status ?? res.statusCode)
    return end(body)
  }
}

const { PDS } = await import('@atproto/pds')

async function personalDataServer(name) {
  const folder = join(data, name)
  mkdirSync(join(folder, 'blobs'), { recursive: true })
  const server = createServer()
  const port = await listening(server)
  Object.assign(process.env, {
    PDS_PORT: String(port),
    PDS_HOSTNAME: 'localhost',
    PDS_SERVICE_DID: `did:web:localhost%3A${port}`,
    PDS_DEV_MODE: 'true',
    PDS_DATA_DIRECTORY: folder,
    PDS_BLOBSTORE_DISK_LOCATION: join(folder, 'blobs'),
    PDS_DID_PLC_URL: `http://localhost:${directoryPort}`,
    PDS_INVITE_REQUIRED: 'false',
    PDS_JWT_SECRET: randomBytes(32).toString('hex'),
    PDS_DPOP_SECRET: randomBytes(32).toString('hex'),
    PDS_ADMIN_PASSWORD: randomBytes(16).toString('hex'),
    PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: randomBytes(32).toString('hex'),
  })
  const pds = await PDS.fromEnv()
  await pds.ctx.sequencer.start()
  server.on('request', (req, res) => {
    res.setHeader('Date', new Date().toUTCString())
    if (name === 'pds') {
      const path = req.url.split('?')[0]
      if (forged.has(path)) forging(forged.get(path), req, res)
      res.on('finish', () => answers.push(`${req.method} ${path} ${res.statusCode}`))
    }
    pds.app(req, res)
  })
  return { name, ctx: pds.ctx, origin: `http://localhost:${port}` }
}

const servers = [await personalDataServer('pds'), await personalDataServer('other')]
const [here, there] = servers

async function sessions(did, { ctx }) {
  const rows = await ctx.accountManager.db.db.selectFrom('token').select('clientId').where('did', '=', did).execute()
  return rows.map((row) => row.clientId)
}

async function end(did) {
  const clients = []
  for (const server of servers) {
    clients.push(...(await sessions(did, server)))
    await server.ctx.accountManager.db.db.deleteFrom('token').where('did', '=', did).execute()
  }
  return clients
}

// Who has a DID already proves it by a JWT of the key that the DID's document names.
async function createAccount(server, did, handle, password, jwt) {
  const response = await fetch(`${server.origin}/xrpc/com.atproto.server.createAccount`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${jwt}` },
    body: JSON.stringify({ did, handle, email: `${handle}@example.com`, password }),
  })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
}

const point = (did, server, key) =>
  here.ctx.plcClient.updateData(did, here.ctx.plcRotationKey, (last) => ({
    ...last,
    rotationKeys: servers.map((each) => each.ctx.plcRotationKey.did()),
    verificationMethods: { ...last.verificationMethods, ...(key && { atproto: key }) },
    services: { ...last.services, atproto_pds: { ...last.services.atproto_pds, endpoint: server.origin } },
  }))

// An account at the new server, then the identity, then the new one is active and the old one is not. There are no records to take along.
async function move(did, handle, password) {
  const lxm = 'com.atproto.server.createAccount'
  await createAccount(there, did, handle, password, await here.ctx.serviceAuthJwt(did, there.ctx.cfg.service.did, lxm))
  await point(did, there, (await there.ctx.actorStore.keypair(did)).did())
  await there.ctx.accountManager.activateAccount(did)
  await here.ctx.accountManager.deactivateAccount(did)
}

async function web(handle, password) {
  const owner = await Secp256k1Keypair.create()
  const documents = createServer()
  const did = `did:web:localhost%3A${await listening(documents)}`
  let key = owner.did()
  documents.on('request', (req, res) => {
    const controlled = { id: `${did}#atproto`, type: 'Multikey', controller: did }
    const service = { id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: here.origin }
    res.writeHead(req.url === '/.well-known/did.json' ? 200 : 404, { 'Content-Type': 'application/json' })
    res.end(JSON.stringify({
      '@context': ['https://www.w3.org/ns/did/v1'],
      id: did,
      alsoKnownAs: [`at://${handle}`],
      verificationMethod: [{ ...controlled, publicKeyMultibase: key.slice('did:key:'.length) }],
      service: [service],
    }))
  })
  const lxm = 'com.atproto.server.createAccount'
  const jwt = await createServiceJwt({ iss: did, aud: here.ctx.cfg.service.did, lxm, keypair: owner })
  await createAccount(here, did, handle, password, jwt)
  key = (await here.ctx.actorStore.keypair(did)).did()
  await here.ctx.idResolver.did.resolve(did, true)
  await here.ctx.accountManager.activateAccount(did)
  return [did]
}

const commands = {
  sessions: (did, server) => sessions(did, servers[server]),
  end,
  point: (did, server) => point(did, servers[server]),
  move,
  web,
  later: (seconds) => void (ahead += seconds * 1000),
  forge: (path, change) => void forged.set(path, change),
  fair: () => forged.clear(),
  answers: () => {
    const all = answers
    answers = []
    return all
  },
}

console.log(JSON.stringify({
  pds: here.origin,
  other: there.origin,
  directory: `http://localhost:${directoryPort}`,
  version: here.ctx.cfg.service.version,
}))
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...parts] = JSON.parse(line)
  try {
    console.log(JSON.stringify((await commands[command](...parts)) ?? []))
  } catch (e) {
    console.log(JSON.stringify({ failed: String(e?.stack ?? e) }))
  }
}
process.exit(0)
