/*
 * testssl: what testssl.sh finds, said by its ids, which its text and its JSON
 * share in this reader.
 */
#ifndef TLSMEND_EVIDENCE_TESTSSL_H
#define TLSMEND_EVIDENCE_TESTSSL_H

#include "evidence/scan.h"

/* One finding: id "TLS1_2", finding "offered". Ids that say nothing of use here are passed over. */
void testssl_finding(struct reader *reader, struct backend_fact *fact, str id, str finding);
/* A row of a suite list: "xc030   ECDHE-RSA-AES256-GCM-SHA384   ECDH 253 ..." */
void testssl_cipher(struct reader *reader, struct backend_fact *fact, u32 protocol, str row);
void testssl_settle(struct backend_fact *fact);

#endif
