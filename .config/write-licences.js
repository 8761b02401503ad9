// Writes dist/LICENSES.txt: what is bundled is not installed, so its licences come with the bundle.
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';

const licenceFile = /^(licen[cs]e|copying|notice)/i;
const line = '-'.repeat(80);

/** What stands in a package of wactl anyway. */
const general = 'The GNU General Public License, version 3: the file LICENSE of wactl has its text.';

/** `inputs` are the files of a build, by their paths from the root. Throws for a package that names no licence. */
export async function writeLicences({ root, outdir, inputs }) {
  const files = Object.keys(inputs).map((path) => `${root}/${path.replace(/\?\w+$/, '')}`);
  const own = words(await readFile(`${root}/LICENSE`, 'utf8'));
  const licences = await Promise.all(
    packageFolders(inputs).map((folder) => licenceOf(`${root}/${folder}`, files)),
  );
  const head = 'wactl contains these packages, whole or in part, under their own licences.';
  // Many packages have the same text word for word: it stands once, below the names of all.
  const names = new Map();
  for (const { name, text: whole } of licences) {
    const text = isGeneral(whole, own) ? general : whole;
    names.set(text, [...(names.get(text) ?? []), name]);
  }
  const parts = [...names].map(([text, all]) => `${all.join('\n')}\n\n${text}`);
  await writeFile(`${root}/${outdir}/LICENSES.txt`, `${[head, ...parts].join(`\n\n${line}\n\n`)}\n`);
}

/** Some leave out the advice at its end. */
const isGeneral = (text, own) => text.startsWith('GNU GENERAL PUBLIC LICENSE') && own.startsWith(words(text));

/** Copies of a text differ in their spaces, and in http for https. */
const words = (text) => text.replaceAll('http:', 'https:').replace(/\s+/g, ' ').trim();

/** The packages that these files are of, by their folders from the root, sorted. */
export const packageFolders = (inputs) =>
  [...new Set(Object.keys(inputs).flatMap((path) => packageFolder(path) ?? []))].sort();

/** "node_modules/a/node_modules/@b/c" of "node_modules/a/node_modules/@b/c/index.js". */
const packageFolder = (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];

/** `files` are all that is bundled: beside one that was bundled before there may be the licences of what is in it. */
async function licenceOf(folder, files) {
  const manifest = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
  const { name, version, author } = manifest;
  const licence = licenceNameOf(manifest);
  const names = (await readdir(folder)).filter((file) => licenceFile.test(file)).sort();
  const beside = files.filter((file) => file.startsWith(`${folder}/`)).map((file) => `${file}.LICENSE.txt`);
  const paths = [...names.map((name) => `${folder}/${name}`), ...beside.filter((path) => existsSync(path))];
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  if (texts.length === 0)
    texts.push(`Its package has no file with the licence. Author: ${author?.name ?? author}`);
  const text = texts.map((one) => one.trim()).join('\n\n');
  return { name: `${name} ${version} (${licence})`, text };
}

/** Throws when a package names none. */
export function licenceNameOf({ name, license, licenses }) {
  // Old packages have a list.
  const licence = license ?? licenses?.map(({ type }) => type).join(', ');
  if (!licence) throw new Error(`${name} names no licence`);
  return licence;
}
