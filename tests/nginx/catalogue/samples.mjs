// For every directive an instance of it that nginx accepts. @DIR@ is a directory
// with cert.pem, key.pem, crl.pem, ticket.key, pass and empty; @N@ is 1, or 2 in a
// second instance.
/** @typedef {import('./table.mjs').Row} Row */

/** By name, or by name@module; the whole directive where it ends in `;` or `}`. */
const EXACT = {
    access_log: 'off', add_header: 'X-Name value', add_trailer: 'X-Name value', alias: '/srv', aio: 'off',
    allow: '127.0.0.1', deny: '127.0.0.1', open_file_cache_valid: '10s', http2_max_concurrent_pushes: '8', spdy_headers_comp: '1',
    ancient_browser: 'Links', auth_basic: 'realm', auth_basic_user_file: '@DIR@/empty',
    auth_http: 'http://127.0.0.1:1/', auth_http_header: 'X-Name value', auth_request: '/auth',
    auth_request_set: '$name $host', autoindex_format: 'json', charset: 'utf-8', charset_map: 'koi8-r x@N@ { }',
    client_body_in_file_only: 'clean', dav_methods: 'PUT', debug_connection: '127.0.0.1', debug_points: 'stop',
    default_type: 'text/plain', degradation: 'sbrk=1m', degrade: '204', directio: '4m', disable_symlinks: 'off',
    env: 'NAME', error_log: 'stderr', error_page: '404 /404.html', 'events@events': 'events { }',
    expires: '1h', fastcgi_catch_stderr: 'text', fastcgi_index: 'index.php',
    fastcgi_split_path_info: '^(.+)(/.*)$', geo: '$name { }', geoip_city: '@DIR@/empty',
    geoip_country: '@DIR@/empty', geoip_org: '@DIR@/empty', geoip_proxy: '127.0.0.1',
    google_perftools_profiles: '@DIR@/profile', gzip_disable: 'msie6', gzip_http_version: '1.0',
    gzip_proxied: 'any', gzip_static: 'on', gzip_window: '32k', hash: '$remote_addr', 'http@http': 'http { }',
    http2_push: '/style.css', http2_push_preload: 'on', if: '($host) { }', if_modified_since: 'exact', image_filter: 'off',
    image_filter_jpeg_quality: '75', image_filter_sharpen: '10', image_filter_webp_quality: '80',
    imap_auth: 'plain', imap_capabilities: 'IMAP4', include: '@DIR@/empty', index: 'index.html',
    keepalive: '4', keepalive_disable: 'msie6', limit_conn: 'conn@N@ 4', limit_conn_zone: '$remote_addr zone=own_conn@N@:1m',
    limit_except: 'GET { }', limit_rate: '8k', limit_rate_after: '8k', limit_req: 'zone=req@N@',
    limit_req_zone: '$remote_addr zone=own_req@N@:1m rate=1r/s', lingering_close: 'on',
    listen: 'unix:@DIR@/listen@N@',
    location: '/nested@N@ { }', lock_file: '@DIR@/lock', log_format: 'name@N@ $remote_addr', 'mail@mail': 'mail { }',
    map: '$remote_addr $name { }', memcached_gzip_flag: '2', mirror: '/mirror', modern_browser: 'unlisted',
    modern_browser_value: 'modern', ancient_browser_value: 'ancient', open_file_cache: 'max=10',
    open_log_file_cache: 'max=10', output_buffers: '2 32k', pass: 'unix:@DIR@/pass', perl: "'sub { return OK; }'",
    perl_modules: '@DIR@', perl_require: 'POSIX.pm', perl_set: "$name 'sub { return 1; }'", pid: '@DIR@/pid',
    pop3_auth: 'plain', pop3_capabilities: 'TOP', post_action: '/after', protocol: 'imap',
    proxy_cookie_domain: 'a@N@.test b.test', proxy_cookie_path: '/a@N@ /b', proxy_cookie_flags: 'name secure',
    proxy_http_version: '1.1', proxy_method: 'GET', proxy_redirect: '/a /b', proxy_set_body: 'body',
    'proxy_pass@http_proxy': 'http://127.0.0.1:1', grpc_pass: '127.0.0.1:1',
    quic_host_key: '@DIR@/ticket.key', real_ip_header: 'X-Real-IP', referer_hash_max_size: '2048',
    resolver: '127.0.0.1', return: '204', rewrite: '^ /', root: '/srv', satisfy: 'any', secure_link: '$arg_md5',
    secure_link_md5: '$uri', secure_link_secret: 'word', 'server@http_core': 'server { listen unix:@DIR@/server@N@; }',
    'server@mail_core': 'server { listen unix:@DIR@/server@N@; protocol imap; auth_http 127.0.0.1:1/; }',
    'server@stream_core': 'server { listen unix:@DIR@/server@N@; return ok; }', server: '127.0.0.1:1',
    server_name: 'name.test', server_tokens: 'off', set: '$name value', set_real_ip_from: '127.0.0.1',
    slice: '1m', smtp_auth: 'plain', smtp_capabilities: 'SIZE', source_charset: 'utf-8',
    split_clients: '$remote_addr $name { * a; }', ssl_alpn: 'h2', ssl_buffer_size: '16k', ssl_ecdh_curve: 'auto',
    ssl_ocsp: 'off', ssl_ocsp_cache: 'off', ssl_ocsp_responder: 'http://127.0.0.1/', ssl_session_cache: 'none',
    ssl_stapling_responder: 'http://127.0.0.1/', ssl_verify_client: 'off', starttls: 'off', 'stream@stream': 'stream { }',
    sub_filter: 'a b', thread_pool: 'name@N@ threads=2', try_files: '/a =404', types: '{ text/plain txt; }',
    upstream: 'name@N@ { server 127.0.0.1:1; }', use: 'epoll', user: 'root', userid: 'on', userid_domain: 'name.test',
    userid_expires: '1d', userid_flags: 'secure', userid_mark: 'a', userid_name: 'id', userid_p3p: 'text', userid_path: '/',
    uwsgi_cache_background_update: 'off', uwsgi_string: 'text', valid_referers: 'none name@N@.test', variables_hash_max_size: '2048',
    worker_aio_requests: '32', worker_cpu_affinity: 'auto', worker_priority: '1', worker_processes: '1',
    working_directory: '/', xml_entities: '@DIR@/empty.dtd', xslt_param: "name 'value'", xslt_string_param: 'name value',
    xslt_stylesheet: '@DIR@/sheet.xslt', zone: 'zone_name 64k', uwsgi_modifier1: '0', uwsgi_modifier2: '0',
    add_before_body: '/before', add_after_body: '/after', worker_rlimit_core: '1m', client_max_body_size: '1m',
    http2_streams_index_size: '32', http2_max_field_size: '4k', http2_max_header_size: '4k', smtp_greeting_delay: '1s',
    memcached_pass: '127.0.0.1:1', http2_recv_buffer_size: '256k', timeout: '60s', preread_timeout: '10s',
};

/** By the shape of the name; the first that matches. */
const SHAPES = /** @type {[RegExp, string][]} */ ([
    [/ssl_conf_command$/, 'MinProtocol TLSv1.2'], [/ssl_protocols$/, 'TLSv1.2'], [/ssl_ciphers$/, 'DEFAULT'],
    [/ssl_crl$/, '@DIR@/crl.pem'], [/ssl_password_file$/, '@DIR@/pass'], [/ssl_certificate_key$/, '@DIR@/key.pem'],
    [/^ssl_certificate$/, '@DIR@/cert.pem; ssl_certificate_key @DIR@/key.pem;'], [/ssl_(\w+_)?certificate$/, '@DIR@/cert.pem'], [/ssl_name$/, 'name.test'], [/ssl_dhparam$/, '@DIR@/dh.pem'],
    [/ssl_session_ticket_key$/, '@DIR@/ticket.key'], [/ssl_stapling_file$/, '@DIR@/empty'], [/_depth$/, '2'],
    [/_set_header$/, 'X-Name value'], [/_(hide|pass)_header$/, 'X-Name'], [/_ignore_headers$/, 'Expires'],
    [/_next_upstream$|_use_stale$/, 'error'], [/_cache_methods$/, 'GET'], [/_cache_key$/, '$uri'],
    [/_cache_path$/, '@DIR@/@NAME@@N@ levels=1 keys_zone=@NAME@@N@:1m'], [/_cache_valid$/, '200 1m'],
    [/_(cache_bypass|no_cache)$/, '$host'], [/_(cache|store)$/, 'off'], [/_store_access$|^dav_access$/, 'user:rw'],
    [/_temp_path$/, '@DIR@/temp'], [/_bind$/, '127.0.0.1'], [/_param$/, 'NAME value'], [/_pass$/, '127.0.0.1:1'],
    [/_hash_bucket_size$/, '64'], [/_hash_max_size$/, '512'], [/_log_level$/, 'warn'], [/_status$/, '503'],
    [/_(busy_buffers|temp_file_write)_size$/, '16k'], [/_max_temp_file_size$/, '1m'], [/_buffers$/, '8 8k'],
    [/_types$/, 'text/xml'], [/(_time(out)?|_age|_delay|_valid|^timer_resolution)$/, '10s'],
    [/(_size|_rate|_lowat|_buffer|_window|_hash|_length|_output|_offset|_alignment|_chunk|_preread|_gzipping|_ahead)$/, '8k'],
    [/(_requests|_tries|_uses|_connections|_streams|_errors|_ranges|_responses|_level|_limit|_nofile|_events|_changes|_threads|_service)$/, '8'],
]);

/**
 * The directive as text, or null if it has to have arguments and none are known.
 * @param {Row} row
 */
export function sample(row) {
    const exact = /** @type {Record<string, string>} */ (EXACT);
    const by = (/** @type {string} */ key) => Object.hasOwn(exact, key) ? exact[key] : undefined;
    const args = by(`${row.name}@${row.module}`) ?? by(row.name) ?? shaped(row);
    if (args === undefined) return null;
    if (args.startsWith(`${row.name} {`)) return args;
    const text = `${row.name} ${args}`.trimEnd().replaceAll('@NAME@', row.name);
    return /[;}]$/.test(text) ? text : `${text};`;
}

/** @param {Row} row */
function shaped(row) {
    if (row.arity === 'FLAG') return 'off';
    if (row.arity.split('|').includes('N0')) return '';
    return SHAPES.find(([shape]) => shape.test(row.name))?.[1];
}
