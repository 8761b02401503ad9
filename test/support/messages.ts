import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { exitStatuses } from '../../src/errors.ts';
import type { ErrorCode } from '../../src/errors.ts';

/** A text of the program that people may read. */
export type Message = {
  /** Below src/. */
  readonly file: string;
  readonly kind: 'error' | 'hint' | 'help' | 'text';
  /** Of an error, where its own lines name it. */
  readonly code?: ErrorCode;
  /** With the names of what is filled in: "{id} is not paired". */
  readonly text: string;
};

type Kind = Omit<Message, 'file' | 'text'>;

const source = join(import.meta.dirname, '../../src');

/** Files whose texts no person reads, or reads elsewhere. */
const passedOver: readonly RegExp[] = [
  /^api\/event-stream\.ts$/, // the frames of an event stream
  /^help\/completion-scripts\//, // for shells
  /^help\/examples\.ts$/, // docs/commands.md
  /^store\/(?:schema|driver|(?!lease).*-table)\.ts$/, // SQL
  /^page\/.*-style\.ts$/, // CSS
  /^terminal\/qr-svg\.ts$/,
  /^whatsapp\/engine-errors\.ts$/, // what Baileys says, to be recognized
];

/** Every text in src/ that people may read, by files and lines. */
export const messages = (): Message[] =>
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /(?<!\.d)\.ts$/.test(file) && !passedOver.some((pattern) => pattern.test(file)))
    .sort()
    .flatMap(messagesOf);

function messagesOf(file: string): Message[] {
  const tree = ts.createSourceFile(
    file,
    readFileSync(join(source, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: Message[] = [];
  const walk = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || isComparison(node)) return;
    const text = textOf(node);
    if (text === undefined || !ts.isExpression(node)) return ts.forEachChild(node, walk);
    if (isForPeople(text)) found.push({ file, ...kindOf(node), text });
    // What is filled in may be words too.
    ts.forEachChild(node, walkFilled);
  };
  const walkFilled = (node: ts.Node): void => {
    if (ts.isTemplateSpan(node)) return walk(node.expression);
    if (!ts.isExpression(node) || ts.isStringLiteralLike(node)) return;
    if (textOf(node) === undefined) walk(node);
    else ts.forEachChild(node, walkFilled);
  };
  walk(tree);
  return found;
}

const isComparison = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) && /^[!=]==$/.test(node.operatorToken.getText());

/** The text of a literal, of a template, or of such in a sum; undefined for anything else. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.map((span) => filled(span.expression) + span.literal.text);
    return node.head.text + spans.join('');
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  if (left === undefined && right === undefined) return undefined;
  return `${left ?? filled(node.left)}${right ?? filled(node.right)}`;
}

/** The name of what is filled in. */
function filled(value: ts.Expression): string {
  if (ts.isIdentifier(value)) return `{${value.text}}`;
  if (ts.isPropertyAccessExpression(value)) return `{${value.name.text.replace('#', '')}}`;
  if (!ts.isCallExpression(value)) return '{…}';
  const [argument] = value.arguments;
  if (value.expression.getText() === 'String' && argument) return filled(argument);
  return filled(
    ts.isPropertyAccessExpression(value.expression) ? value.expression.expression : value.expression,
  );
}

/** It has two words, or one beside something filled in. */
const isForPeople = (text: string): boolean =>
  /(?:[a-z]{2}[,.:;!?”"')]*|\}["”:,;)]*) [^A-Z]*[a-z]{2}|[a-z]{2}:? ["“(]?\{/.test(text) &&
  /[a-z]{2}/.test(text.replaceAll(/\{[^}]*\}|wactl:/g, '')) &&
  !/^(?:--[\w-]+ <|Basic |Bearer |HTTP\/|<)/.test(text) &&
  !isSql.test(text);

/** Statements and parts of them have their keywords in capitals. */
const isSql =
  /^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH|BEGIN|PRAGMA|WHERE|FROM|AND|SET|VALUES|ON CONFLICT)\b|\b(?:CREATE TABLE|INSERT INTO|AS at|WHERE|ORDER BY)\b|^interval '/;

function kindOf(node: ts.Expression): Kind {
  for (let at: ts.Node = node; !ts.isSourceFile(at) && !ts.isBlock(at); at = at.parent) {
    const { parent } = at;
    const kind = kindOfArgument(parent, at) ?? kindOfNamed(parent);
    if (kind) return kind;
  }
  return { kind: 'text' };
}

function kindOfArgument(call: ts.Node, argument: ts.Node): Kind | undefined {
  if (!ts.isNewExpression(call) && !ts.isCallExpression(call)) return undefined;
  const name = call.expression.getText();
  if (/(?:^|\.)(?:summary|description|option|argument|Option|addTimeout|addHelpText)$/.test(name)) {
    return { kind: 'help' };
  }
  if (name !== 'super' && !name.endsWith('Error')) return undefined;
  const given = [...(call.arguments ?? [])];
  const code = given[0] && codeOf(given[0]);
  const known = code ?? (name === 'UsageError' ? 'usage' : undefined);
  const isWords = given.map((one) => isForPeople(textOf(one) ?? ''));
  const message =
    code || name.startsWith('Request') ? 1 : ts.isNewExpression(call) ? 0 : isWords.indexOf(true);
  const isMessage = given.indexOf(argument as ts.Expression) === message;
  return isMessage ? { kind: 'error', ...(known && { code: known }) } : { kind: 'hint' };
}

function kindOfNamed(node: ts.Node): Kind | undefined {
  if (!ts.isPropertyAssignment(node) && !ts.isVariableDeclaration(node)) return undefined;
  const name = node.name.getText();
  if (/hint$/i.test(name)) return { kind: 'hint' };
  if (/^(?:summary|about|description)$/.test(name)) return { kind: 'help' };
  if (name !== 'meaning' || !ts.isObjectLiteralExpression(node.parent)) return undefined;
  const code = ruleCode(node.parent);
  return { kind: 'error', ...(code && { code }) };
}

/** The code beside a meaning in the close table; what stands for some numbers only takes that of its row. */
function ruleCode(rule: ts.Node): ErrorCode | undefined {
  if (ts.isSourceFile(rule)) return undefined;
  if (!ts.isObjectLiteralExpression(rule)) return ruleCode(rule.parent);
  const own = rule.properties.find((property) => property.name?.getText() === 'errorCode');
  return own && ts.isPropertyAssignment(own) ? codeOf(own.initializer) : ruleCode(rule.parent);
}

/** The error code that an expression is; of two, the first. */
function codeOf(value: ts.Expression): ErrorCode | undefined {
  if (ts.isConditionalExpression(value)) return codeOf(value.whenTrue);
  return ts.isStringLiteral(value) && Object.hasOwn(exitStatuses, value.text)
    ? (value.text as ErrorCode)
    : undefined;
}
