/** Texts that have hurt other systems. Each is a value that a search box or a form field may really carry. */

export const SQL_TEXTS = [
  "'; drop table stg_events; --",
  "' or '1'='1",
  '" or ""="',
  "1; delete from raw_events where 'a'='a",
  "admin'--",
  "') union select * from information_schema.tables --",
  "'||(select current_user)||'",
  '$$; select pg_sleep(9); $$',
  "x' and 1=cast((select count(*) from ledger) as integer)--",
  '`; truncate table stg_events; `',
  "\\'; drop table stg_events; --",
  "';waitfor delay '0:0:9'--",
  "%' escape '\\",
  "E'\\x27; select 1",
  "read_csv('/etc/passwd')",
  "'); copy stg_events to '/tmp/out.csv'; --",
  "' into outfile '/tmp/x' --",
  'null); insert into stg_events select 1; --',
  '0x27206f7220313d31',
  '/* */ or /*!1=1*/',
  "'; attach 'evil.db' as evil; --",
  "'; pragma database_list; --",
  "'; install httpfs; load httpfs; --",
  "{{ ref('stg_events') }}; {% set x = 1 %}",
] as const;

export const TABLE_TEXTS = [
  '=cmd|"/c calc"!A1',
  '=HYPERLINK("http://localhost/x","y")',
  '+1+1',
  '-2+3',
  '@SUM(A1:A9)',
  '\t=1+1',
  'a,b;c|d',
  '"quoted","twice""',
  'line one\r\nline two',
] as const;

export const MARKUP_TEXTS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  'javascript:alert(1)',
  '<!--',
  ']]>',
  '&lt;b&gt;&#x41;&nbsp;',
  '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
] as const;

export const SHELL_TEXTS = [
  '$(touch /tmp/x)',
  '`id`',
  '; rm -rf /tmp/x',
  '| cat /etc/passwd',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%s%s%s%n%x',
  '%00',
  '{0}{1}{{}}',
  '$\u007bjndi:ldap://localhost/x}',
  '{{7*7}}',
  '#{7*7}',
  'C:\\con\\nul',
] as const;

export const WORD_TEXTS = [
  '',
  ' ',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  'true',
  '[object Object]',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '0',
  '-0',
  '1e999',
  '0x1F',
  '1,000.00',
  '2026-02-30',
  'x'.repeat(256),
] as const;

export const UNICODE_TEXTS = [
  'ﬀﬁ ß İıſK',
  'e\u0301\u0327 vs é',
  'Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e',
  '\u202etxet desrever\u202c',
  '\u200b\u200c\u200d\u2060',
  '\ufeffbom within',
  '\ufffe\uffff',
  '\u2028\u2029\u0085',
  '\u0001\u0002\u001b[31mred\u0007\u007f',
  '👩‍👩‍👧‍👦🏳️‍🌈🇩🇪',
  '𝕋𝕙𝕖 𐐷 𠜎',
  'الله أكبر שלום',
  '٠١٢٣ ４２ Ⅷ ½',
  '�',
  '😀'.repeat(256),
] as const;

/** All of them; none holds NUL or half a surrogate pair. */
export const NAUGHTY_TEXTS: readonly [string, ...string[]] = [
  ...SQL_TEXTS,
  ...TABLE_TEXTS,
  ...MARKUP_TEXTS,
  ...SHELL_TEXTS,
  ...WORD_TEXTS,
  ...UNICODE_TEXTS,
];
