/*
 * scan: what the parsers of scanner output share: words for TLS versions, and
 * how a fact is filled.
 *
 * Ownership: the reader's arena. Errors: none.
 */
#ifndef TLSMEND_EVIDENCE_SCAN_H
#define TLSMEND_EVIDENCE_SCAN_H

#include "base/buf.h"
#include "evidence/reader.h"
#include "nginx/hop.h"

/* "TLSv1.2", "TLS 1.2", "TLS1_2", "TLSv1", "SSLv3", "tls1_2": its PROTOCOL_* bit, or 0. */
u32 scan_protocol(str text);
/* The version that a line begins with, and what follows it. 0: none. */
u32 scan_protocol_start(str line, str *rest);

/* Behind "Label:" or "Label", whatever blanks are around: false when the line is another. */
bool scan_labelled(str line, str label, str *value);

void scan_push(struct reader *reader, struct str_list *list, str item);
/* A name once, in the order in which they come. */
void scan_push_once(struct reader *reader, struct str_list *list, str item);
/* Of "DNS:a, DNS:b, IP Address:c": the DNS names. A bare word counts as a name where `bare`. */
void scan_push_names(struct reader *reader, struct str_list *list, str names, bool bare);

/* A suite that is accepted with these versions; one that is there already gets them added. */
struct backend_cipher *scan_cipher(struct reader *reader, struct backend_fact *fact, str name,
                                   u32 protocols);
/* Versions of which a suite is listed: an empty list may mean that the scan was turned away. */
u32 scan_listed(const struct backend_fact *fact);
/* "X25519, 253 bits", "DH, 1024 bits", "dh 1024": a group, and the size of a DHE group. */
void scan_exchange(struct reader *reader, struct backend_fact *fact, str exchange);
/* "RSA 2048 bits", "EC 256", "rsaEncryption, 2048 (bit)". */
void scan_key(struct backend_fact *fact, str text);

/* "host", "192.0.2.9", "[::1]" as host or address of the fact. */
void scan_host(struct backend_fact *fact, str host);
/* "host:port", "[::1]:443". */
void scan_host_port(struct backend_fact *fact, str text);
/* The first number in a text, 0: none. */
u32 scan_number(str text);

/*
 * A scan that found no version at all has not reached a TLS server, or not one
 * that answers without the right name: what it did not find proves nothing.
 */
void scan_settle(struct backend_fact *fact);

/* Another piece of the same kind begins on that line. */
typedef bool scan_is_next(const struct reader *reader, u32 line);
/* Lines from `line` on up to where the next such piece begins, or one of a kind that this one
 * cannot hold. */
u32 scan_extent(const struct reader *reader, u32 line, enum evidence_kind self,
                scan_is_next *is_next);

#endif
