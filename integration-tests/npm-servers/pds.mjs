// A personal data server of the reference implementation and a PLC directory, on loopback, until standard input ends.
//
//     node pds.mjs FOLDER-FOR-DATA '{"app.latchkey.internal": 41234}'
//
// The second argument says at which ports of this machine the server finds the hosts of clients' documents, over https.
// Standard output gets a line of JSON when both listen, {"pds": …, "directory": …, "version": …}, and then one for each line of
// standard input: "sessions DID" gives the identifiers of the clients that have a session of this account, and "end DID" the same
// before it ends them.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import plc from '@did-plc/server'

const [data, hosts = '{}'] = process.argv.slice(2)

// The server fetches documents of clients by their names; here they are of this machine.
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
const pdsServer = createServer()
const pdsPort = await listening(pdsServer)

directory.on('request', plc.PlcServer.create({ db: new plc.MockDatabase(), port: directoryPort }).app)

mkdirSync(join(data, 'blobs'), { recursive: true })
Object.assign(process.env, {
  PDS_PORT: String(pdsPort),
  PDS_HOSTNAME: 'localhost',
  PDS_DEV_MODE: 'true',
  PDS_DATA_DIRECTORY: data,
  PDS_BLOBSTORE_DISK_LOCATION: join(data, 'blobs'),
  PDS_DID_PLC_URL: `http://localhost:${directoryPort}`,
  PDS_INVITE_REQUIRED: 'false',
  PDS_JWT_SECRET: randomBytes(32).toString('hex'),
  PDS_DPOP_SECRET: randomBytes(32).toString('hex'),
  PDS_ADMIN_PASSWORD: randomBytes(16).toString('hex'),
  PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: randomBytes(32).toString('hex'),
})
const { PDS } = await import('@atproto/pds')
const pds = await PDS.fromEnv()
await pds.ctx.sequencer.start()
pdsServer.on('request', pds.app)


console.log(JSON.stringify({
  pds: `http://localhost:${pdsPort}`,
  directory: `http://localhost:${directoryPort}`,
  version: pds.ctx.cfg.service.version,
}))
for await (const line of createInterface({ input: process.stdin })) {
  const [command, did] = line.split(' ')
  const { db } = pds.ctx.accountManager.db
  const rows = await db.selectFrom('token').select('clientId').where('did', '=', did).execute()
  if (command === 'end') await db.deleteFrom('token').where('did', '=', did).execute()
  console.log(JSON.stringify(rows.map((row) => row.clientId)))
}
process.exit(0)
