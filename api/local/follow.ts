/** Makes any Node program end with its supervisor: `node --import tsx --import api/local/follow.ts PROGRAM`. */
import { followParent } from './lifeline.ts';

followParent();
