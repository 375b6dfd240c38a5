/** Texts that must stand in no file of the repository. Each pattern is written so that it does not match itself. */
export interface ForbiddenText {
  readonly name: string;
  readonly pattern: RegExp;
}

export const FORBIDDEN_TEXTS: readonly ForbiddenText[] = [
  {
    name: 'the host of a package registry or mirror',
    pattern:
      /https?:[/][/][^\s"'/]*(registry|npmjs|yarnpkg|artifactory|nexus|verdaccio|codeartifact|jfrog)[^\s"'/]*/i,
  },
  { name: 'a registry setting', pattern: /^\s*(@[\w-]+:)?registry\s*=/m },
  { name: 'a path of one machine', pattern: /(?<![\w.*-])[/](work|root|home|Users|farm)[/](?=[\w.-])/ },
  { name: 'a drive of one machine', pattern: /\b[A-Z]:\\{1,2}(Users|home|work)\b/ },
  { name: 'an AWS access key id', pattern: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { name: 'an AWS secret key', pattern: /secret_?access_?key["']?\s*[:=]\s*["']?[A-Za-z0-9+/]{40}\b/i },
  { name: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  {
    name: 'a token of a code host',
    pattern: /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{50,}|glpat-[\w-]{20})\b/,
  },
  { name: 'a token of a package registry', pattern: /\bnpm_[A-Za-z0-9]{36}\b|_authToken\s*=/ },
  {
    name: 'a token of a chat or payment service',
    pattern: /\b(xox[abprs]-[\w-]{10,}|sk_live_[A-Za-z0-9]{16,})\b/,
  },
  { name: 'a signed web token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/ },
  {
    name: 'a password in an address',
    // Hosts that RFC 2606 reserves for examples may carry one.
    pattern:
      /\b[a-z][a-z0-9+.-]*:[/][/][^\s/:@"'`]+:[^\s/:@"'`$]{3,}@(?!([\w-]+\.)*(example\.(com|net|org)|example|test|invalid|localhost)\b)/,
  },
];
