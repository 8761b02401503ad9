import { packedFile as viewer } from 'swagger-ui-dist/swagger-ui-es-bundle.js?packed';
import { packedFile as viewerStyle } from 'swagger-ui-dist/swagger-ui.css?packed';
import type { ApiDocs } from '../ports/page.ts';
import { script } from './browser/docs.ts?script';
import { dashboardStyle } from './dashboard-style.ts';
import { webPage } from './page-document.ts';

/** The page of `serve` that shows /openapi.json, in Swagger UI. */
export const apiDocs: ApiDocs = {
  page: webPage({
    script,
    style: dashboardStyle,
    without: 'This page needs JavaScript. Without it, read /openapi.json.',
    // The viewer is two files of this server. DOMPurify in it makes itself a policy, which nothing on this page uses.
    policy: { 'script-src': "'self'", 'style-src': "'self'", 'trusted-types': 'dompurify' },
  }),
  viewer: { path: viewer, type: 'text/javascript' },
  viewerStyle: { path: viewerStyle, type: 'text/css' },
};
