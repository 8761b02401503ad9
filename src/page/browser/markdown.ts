/** React's. */
export type Render = (tag: string, properties: object | null, ...children: readonly unknown[]) => unknown;

/**
 * Descriptions in the place of Swagger UI's own Markdown, which makes HTML of text and which Trusted Types refuse. Ours have `code` in
 * them and nothing else.
 */
export const makeMarkdown =
  (render: Render) =>
  ({ source }: { readonly source?: string }): unknown =>
    source
      ? render(
          'div',
          { className: 'markdown' },
          render(
            'p',
            null,
            ...source.split('`').map((part, at) => (at % 2 ? render('code', null, part) : part)),
          ),
        )
      : null;
