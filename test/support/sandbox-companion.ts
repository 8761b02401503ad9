import { createHash, createHmac, randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { encodeFrame } from '../../src/sandbox/frames.ts';
import { agree, generateAgreementKeyPair, keyPairFromSeed, sign } from '../../src/sandbox/key-pair.ts';
import type { AgreementKeyPair, SigningKeyPair } from '../../src/sandbox/key-pair.ts';
import {
  CertificateChain,
  ClientPayload,
  DeviceProps,
  HandshakeMessage,
  SignedDeviceIdentity,
  SignedDeviceIdentityHmac,
} from '../../src/sandbox/messages.ts';
import { prologue, SymmetricState, Transport } from '../../src/sandbox/noise.ts';
import {
  bytesOf,
  child,
  decodeStanza,
  encodeStanza,
  server,
  stanza,
  textOf,
} from '../../src/sandbox/stanza.ts';
import type { Stanza } from '../../src/sandbox/stanza.ts';

type Payload = Parameters<typeof ClientPayload.encode>[0];

const version = { primary: 2, secondary: 3000, tertiary: 1 };
const xxPattern = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0');

/** A companion that sends exactly what a test wants, right or wrong. It checks nothing. */
export class RawCompanion {
  readonly noiseKey: AgreementKeyPair = generateAgreementKeyPair();
  readonly identity: SigningKeyPair = keyPairFromSeed(randomBytes(32));
  readonly preKey = generateAgreementKeyPair();
  advSecret = randomBytes(32);
  readonly #endpoint: string;
  #socket: WebSocket | undefined;
  #transport: Transport | undefined;
  readonly #inbox: Buffer[] = [];
  readonly #waiting: ((frame: Buffer) => void)[] = [];
  closed: Promise<void> = Promise.resolve();

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** The payload of a registration, as a correct client sends it. */
  registration(overrides: NonNullable<Payload['devicePairingData']> = {}): Payload {
    return {
      passive: false,
      pull: false,
      userAgent: { appVersion: version },
      devicePairingData: {
        eRegid: Buffer.of(0, 0, 0, 7),
        eKeytype: Buffer.of(5),
        eIdent: this.identity.publicKey,
        eSkeyId: Buffer.of(0, 0, 1),
        eSkeyVal: this.preKey.publicKey,
        eSkeySig: sign(this.identity, Buffer.concat([Buffer.of(5), this.preKey.publicKey])),
        buildHash: createHash('md5').update('2.3000.1').digest(),
        deviceProps: DeviceProps.encode({ os: 'Test', platformType: 1 }),
        ...overrides,
      },
    };
  }

  /** Opens the socket and goes through the handshake with this payload. */
  async connect(payload: Payload): Promise<void> {
    const socket = new WebSocket(this.#endpoint);
    this.#socket = socket;
    this.#inbox.length = 0;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('message', (data) => this.#deliver((data as Buffer).subarray(3)));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const ephemeral = generateAgreementKeyPair();
    const state = new SymmetricState(xxPattern);
    state.mixHash(ephemeral.publicKey);
    const hello = HandshakeMessage.encode({ clientHello: { ephemeral: ephemeral.publicKey } });
    socket.send(Buffer.concat([prologue, encodeFrame(hello)]));
    const { serverHello } = HandshakeMessage.decode(await this.#nextFrame());
    const serverEphemeral = serverHello?.ephemeral ?? Buffer.alloc(0);
    state.mixHash(serverEphemeral);
    state.mixKey(agree(ephemeral, serverEphemeral));
    state.mixKey(agree(ephemeral, state.decryptAndHash(serverHello?.static ?? Buffer.alloc(0))));
    CertificateChain.decode(state.decryptAndHash(serverHello?.payload ?? Buffer.alloc(0)));
    const staticKey = state.encryptAndHash(this.noiseKey.publicKey);
    state.mixKey(agree(this.noiseKey, serverEphemeral));
    const finish = { static: staticKey, payload: state.encryptAndHash(ClientPayload.encode(payload)) };
    const [clientToServer, serverToClient] = state.split();
    this.#transport = new Transport(clientToServer, serverToClient);
    socket.send(encodeFrame(HandshakeMessage.encode({ clientFinish: finish })));
  }

  send(element: Stanza): void {
    this.sendRaw(this.#transport?.encrypt(encodeStanza(element)) ?? Buffer.alloc(0));
  }

  sendRaw(body: Buffer): void {
    this.#socket?.send(encodeFrame(body));
  }

  async next(): Promise<Stanza> {
    const frame = await this.#nextFrame();
    return decodeStanza(this.#transport?.decrypt(frame) ?? Buffer.alloc(0));
  }

  /** Registers, answers pair-device, and returns the text of its first QR. */
  async firstQr(): Promise<string> {
    await this.connect(this.registration());
    const pairDevice = await this.next();
    this.send(stanza('iq', { to: server, type: 'result', id: pairDevice.attrs['id'] }));
    const keys = [this.noiseKey.publicKey, this.identity.publicKey, this.advSecret];
    const ref = textOf(child(child(pairDevice, 'pair-device'), 'ref'));
    return [ref, ...keys.map((key) => key.toString('base64')), '1'].join(',');
  }

  /** Answers pair-success; `change` may spoil the answer. */
  async signDevice(
    change: (answer: { details: Buffer; signature: Buffer; keyIndex: string }) => object = () => ({}),
  ): Promise<void> {
    const success = await this.next();
    const sealed = bytesOf(child(child(success, 'pair-success'), 'device-identity'));
    const { details: signed, hmac } = SignedDeviceIdentityHmac.decode(sealed);
    const expected = createHmac('sha256', this.advSecret)
      .update(signed ?? Buffer.alloc(0))
      .digest();
    if (!expected.equals(hmac ?? Buffer.alloc(0))) throw new Error('the HMAC is wrong');
    const identity = SignedDeviceIdentity.decode(signed ?? Buffer.alloc(0));
    const details = Buffer.from(identity.details ?? []);
    const accountKey = Buffer.from(identity.accountSignatureKey ?? []);
    const message = Buffer.concat([Buffer.of(6, 1), details, this.identity.publicKey, accountKey]);
    const right = { details, signature: sign(this.identity, message), keyIndex: '1' };
    const answer = { ...right, ...change(right) };
    const content = SignedDeviceIdentity.encode({
      details: answer.details,
      accountSignature: identity.accountSignature ?? Buffer.alloc(0),
      deviceSignature: answer.signature,
    });
    this.send(
      stanza('iq', { to: server, type: 'result', id: success.attrs['id'] }, [
        stanza('pair-device-sign', {}, [
          stanza('device-identity', { 'key-index': answer.keyIndex }, content),
        ]),
      ]),
    );
  }

  /** Logs in as this device. */
  logIn(phone: string, device: number, passive = true): Promise<void> {
    return this.connect({
      username: Number(phone),
      device,
      passive,
      pull: true,
      userAgent: { appVersion: version },
    });
  }

  close(): void {
    this.#socket?.terminate();
  }

  #deliver(frame: Buffer): void {
    const taker = this.#waiting.shift();
    if (taker === undefined) this.#inbox.push(frame);
    else taker(frame);
  }

  #nextFrame(): Promise<Buffer> {
    const frame = this.#inbox.shift();
    return frame === undefined
      ? new Promise((resolve) => this.#waiting.push(resolve))
      : Promise.resolve(frame);
  }
}
