// The page: the element, and where its module comes from.

import moduleText from 'tlsmend:module';
import { TlsMend } from './element.js';

TlsMend.source = moduleText;
customElements.define('tls-mend', TlsMend);
