/*
 * xml: the tags of a scanner's XML, one after the other.
 *
 * No document is built and nothing is checked: what is cut off ends the walk.
 * Entities are left as they are; the values read here hold none that matter.
 * Ownership: slices of the text. Cost: linear.
 */
#ifndef TLSMEND_EVIDENCE_XML_H
#define TLSMEND_EVIDENCE_XML_H

#include "base/str.h"

struct xml {
    str rest; /* behind the tag */
    str name; /* "elem"; with a leading "/" where it closes */
    str attributes;
    str text;   /* between this tag and the next; of CDATA, what is in it */
    bool empty; /* "<a/>" */
};

struct xml xml_open(str text);
bool xml_next(struct xml *xml);
/* The value of an attribute of the tag; empty when it has none. */
str xml_attribute(const struct xml *xml, str name);
bool xml_is(const struct xml *xml, const char *name);

#endif
