// A certified OpenID provider (node-oidc-provider) on loopback, over https, until standard input ends.
//
//     node provider.mjs KEY-STORE AUTHORITY
//
// KEY-STORE is the server's certificate and key (PKCS#12, its passphrase in $PASSPHRASE), AUTHORITY the certificate of those who
// issue certificates to clients. Two issuers: "open", where all is allowed that is registered, and "fapi", by FAPI 2.0 with pushed
// requests and nonces. Clients register themselves. Certificates are asked for at a port of its own, which both name as aliases.
// Standard output gets a line of JSON when it listens, {"origin": …, "version": …}, and one for each line of standard input:
// "agree AUTH-REQ-ID" and "refuse AUTH-REQ-ID" answer what a user was asked by CIBA.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { Provider, errors } from 'oidc-provider'

// Standard output is for answers.
console.info = console.warn = console.error

const [keyStore, authority] = process.argv.slice(2)
const tls = { pfx: readFileSync(keyStore), passphrase: process.env.PASSPHRASE }

const key = (kid, use, ...how) => ({ ...generateKeyPairSync(...how).privateKey.export({ format: 'jwk' }), kid, use })
const jwks = {
  keys: [
    { ...key('rs', 'sig', 'rsa', { modulusLength: 2048 }) },
    { ...key('es', 'sig', 'ec', { namedCurve: 'P-256' }) },
    { ...key('ed', 'sig', 'ed25519') },
    { ...key('enc', 'enc', 'rsa', { modulusLength: 2048 }), alg: 'RSA-OAEP-256' },
  ],
}

const listening = (server) =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(`https://127.0.0.1:${server.address().port}`))
  })

const plain = createServer(tls)
const asking = createServer({ ...tls, requestCert: true, rejectUnauthorized: false, ca: [readFileSync(authority)] })
const origin = await listening(plain)
const asks = await listening(asking)

const people = {
  alice: { name: 'Alice Archer', family_name: 'Archer', email: 'alice@example.com', email_verified: true },
  bob: { name: 'Bob Baker', family_name: 'Baker', email: 'bob@example.com', email_verified: false },
}
const account = (sub) => people[sub] && { accountId: sub, claims: () => ({ sub, ...people[sub] }) }

const certificate = (ctx) => ctx.socket.getPeerX509Certificate?.()

const details = {
  types: {
    payment_initiation: {
      validate(ctx, detail) {
        if (typeof detail.instructedAmount?.amount !== 'string') {
          throw new errors.InvalidAuthorizationDetails('instructedAmount is missing')
        }
      },
    },
  },
  authorizationDetailsForGrantSource: (ctx) => ctx.oidc.grant.rar,
  authorizationDetailsForAccessToken: (ctx, token, source) => source.rar,
  authorizationDetailsForIntrospection: (ctx, token) => token.rar,
}

const asked = new Map()

function issuer(name, { features = {}, ...more }) {
  const at = `${origin}/tenants/${name}`
  const alias = `${asks}/tenants/${name}`
  const provider = new Provider(at, {
    jwks,
    findAccount: (ctx, sub) => account(sub),
    scopes: ['openid', 'offline_access', 'read', 'write'],
    claims: { openid: ['sub'], profile: ['name', 'family_name'], email: ['email', 'email_verified'] },
    acrValues: ['bronze', 'silver'],
    cookies: { keys: [randomBytes(32).toString('hex')] },
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'tls_client_auth',
      'self_signed_tls_client_auth',
      'none',
    ],
    issueRefreshToken: (ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: { AccessToken: 600, IdToken: 600 },
    discovery: {
      mtls_endpoint_aliases: {
        token_endpoint: `${alias}/token`,
        revocation_endpoint: `${alias}/token/revocation`,
        introspection_endpoint: `${alias}/token/introspection`,
        device_authorization_endpoint: `${alias}/device/auth`,
        pushed_authorization_request_endpoint: `${alias}/request`,
        backchannel_authentication_endpoint: `${alias}/backchannel`,
        userinfo_endpoint: `${alias}/me`,
      },
    },
    features: {
      devInteractions: { enabled: true },
      registration: { enabled: true },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
      introspection: { enabled: true },
      jwtIntrospection: { enabled: true },
      revocation: { enabled: true },
      jwtUserinfo: { enabled: true },
      encryption: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****' },
      claimsParameter: { enabled: true },
      backchannelLogout: { enabled: true },
      requestObjects: { enabled: true },
      jwtResponseModes: { enabled: true },
      richAuthorizationRequests: { enabled: true, ...details },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (ctx, resource) => ({
          scope: 'read write',
          audience: resource,
          accessTokenTTL: 300,
          ...(resource.endsWith('/payments') ? {} : { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }),
        }),
      },
      ciba: {
        enabled: true,
        deliveryModes: ['poll', 'ping'],
        processLoginHint: (ctx, hint) => hint,
        validateRequestContext: () => {},
        verifyUserCode: () => {},
        triggerAuthenticationDevice: (ctx, request, who, client) => asked.set(request.jti, { request, who, client, provider }),
      },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        selfSignedTlsClientAuth: true,
        tlsClientAuth: true,
        getCertificate: certificate,
        certificateAuthorized: (ctx) => ctx.socket.authorized,
        certificateSubjectMatches: (ctx, property, expected) =>
          property === 'tls_client_auth_subject_dn' && certificate(ctx).subject === expected,
      },
      dPoP: { enabled: true },
      ...features,
    },
    // It calls nobody at an address like these, which is right elsewhere.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    ...more,
  })
  provider.on('server_error', (ctx, error) => console.error(name, ctx.method, ctx.path, error))
  for (const event of ['grant.error', 'authorization.error', 'pushed_authorization_request.error', 'introspection.error', 'revocation.error', 'userinfo.error', 'registration_create.error', 'backchannel.error', 'backchannel_authentication.error', 'end_session.error']) {
    provider.on(event, (ctx, error) => console.error(name, event, ctx.path, error.message, error.error_description, error.error_detail))
  }
  return provider
}

const providers = {
  open: issuer('open', {
    // RFC 6749 §2.3.1 has both form-encoded before they are joined by a colon.
    clients: [
      {
        client_id: 'odd:client+1%',
        client_secret: 'se:cret +%/=&?',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA', 'HS256'] },
  }),
  fapi: issuer('fapi', {
    clientDefaults: {
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      ...Object.fromEntries(
        ['id_token', 'userinfo', 'introspection', 'authorization'].map((what) => [`${what}_signed_response_alg`, 'ES256']),
      ),
      token_endpoint_auth_method: 'private_key_jwt',
    },
    clientAuthMethods: ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'],
    features: {
      fapi: { enabled: true, profile: '2.0' },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
    },
    enabledJWA: {
      clientAuthSigningAlgValues: ['PS256', 'ES256', 'Ed25519'],
      idTokenSigningAlgValues: ['PS256', 'ES256', 'Ed25519'],
      requestObjectSigningAlgValues: ['PS256', 'ES256', 'Ed25519'],
      userinfoSigningAlgValues: ['PS256', 'ES256', 'Ed25519'],
      introspectionSigningAlgValues: ['PS256', 'ES256', 'Ed25519'],
      authorizationSigningAlgValues: ['PS256', 'ES256', 'Ed25519'],
      dPoPSigningAlgValues: ['ES256', 'PS256', 'Ed25519'],
    },
  }),
}

for (const server of [plain, asking]) {
  server.on('request', (request, response) => {
    // RFC 8414 §3.1 has the well-known part before the issuer's path.
    const [, wellKnown, name] = /^(?:\/\.well-known\/(oauth-authorization-server))?\/tenants\/(\w+)/.exec(request.url) ?? []
    const provider = providers[name]
    if (!provider) {
      response.writeHead(404).end()
      return
    }
    const path = wellKnown ? `/.well-known/${wellKnown}` : request.url.slice(`/tenants/${name}`.length)
    request.originalUrl = `/tenants/${name}${path}`
    request.url = path
    provider.callback()(request, response)
  })
}

const { version } = createRequire(import.meta.url)('oidc-provider/package.json')
console.log(JSON.stringify({ origin, version }))

async function answer(id, agrees) {
  const { request, who, client, provider } = asked.get(id)
  let result = new errors.AccessDenied('the user refused')
  if (agrees) {
    result = new provider.Grant({ clientId: client.clientId, accountId: who.accountId })
    result.addOIDCScope(request.scope)
    await result.save()
  }
  await provider.backchannelResult(request, result, { acr: 'bronze' })
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command, id] = line.split(' ')
  await answer(id, command === 'agree')
  console.log('{}')
}
process.exit(0)
