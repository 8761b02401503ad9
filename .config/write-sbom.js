// Writes dist/sbom.cdx.json: what wactl is made of, as CycloneDX 1.6. The bundled packages are those of the build's own files, the
// installed ones those that package.json names; versions and checksums come from package-lock.json. Nothing is asked over the network.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { licenceNameOf, packageFolders } from './write-licences.js';

const purl = (name, version) => `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;

/** `inputs` are the files of a build, by their paths from the root. */
export async function writeSbom({ root, outdir, inputs }) {
  const json = async (path) => JSON.parse(await readFile(`${root}/${path}`, 'utf8'));
  const [own, lock] = await Promise.all([json('package.json'), json('package-lock.json')]);
  const bundled = packageFolders(inputs);
  const installed = Object.keys({ ...own.dependencies, ...own.optionalDependencies }).map(
    (name) => `node_modules/${name}`,
  );
  const components = await Promise.all(
    [...bundled, ...installed].sort().map(async (folder) => {
      const facts = lock.packages[folder];
      if (!facts) throw new Error(`package-lock.json does not have ${folder}`);
      const isBundled = bundled.includes(folder);
      // An installed one may be for another system, and not be there.
      const licence = isBundled ? licenceNameOf(await json(`${folder}/package.json`)) : facts.license;
      return component(folder.replace(/^.*node_modules\//, ''), { ...facts, licence, isBundled });
    }),
  );
  const self = purl(own.name, own.version);
  const about = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': self,
        name: own.name,
        version: own.version,
        description: own.description,
        licenses: [{ expression: own.license }],
        purl: self,
      },
    },
    components: unique(components),
    dependencies: [{ ref: self, dependsOn: unique(components).map((one) => one['bom-ref']) }],
  };
  // The same build has the same number.
  const document = { ...about, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(about))}` };
  await writeFile(`${root}/${outdir}/sbom.cdx.json`, `${JSON.stringify(document)}\n`);
}

function component(name, { version, integrity, licence, isBundled }) {
  const reference = purl(name, version);
  const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const sha512 = /^sha512-(\S+)$/.exec(integrity ?? '')?.[1];
  return {
    type: 'library',
    'bom-ref': reference,
    ...(group && { group }),
    name: short,
    version,
    scope: isBundled ? 'required' : 'optional',
    ...(sha512 && { hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }] }),
    licenses: [licenceEntry(licence)],
    purl: reference,
    properties: [{ name: 'wactl:delivery', value: isBundled ? 'bundled' : 'installed' }],
  };
}

/** An SPDX expression, or a name that is none. */
const licenceEntry = (licence) =>
  /^[\w.+-]+( (AND|OR|WITH) [\w.+-]+)*$/.test(licence)
    ? { expression: licence }
    : { license: { name: licence } };

/** The same package may be in several folders. */
const unique = (components) => [...new Map(components.map((one) => [one['bom-ref'], one])).values()];

/** A UUID of version 8 (RFC 9562), made of the content. */
function uuidOf(text) {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
