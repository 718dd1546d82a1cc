/** Line icons, drawn here: nothing is loaded from elsewhere. */
import type { ReactElement, ReactNode } from 'react';

const Icon = ({ children }: { children: ReactNode }): ReactElement => (
  <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
    {children}
  </svg>
);
export const ArrowUp = () => <Icon><path d="M12 19V5M5.5 11.5 12 5l6.5 6.5" /></Icon>;
export const Arrow = () => <Icon><path d="M5 12h14M13 6l6 6-6 6" /></Icon>;
export const Clip = () => <Icon><path d="m20 11-8.4 8.4a5 5 0 0 1-7-7l8.9-9a3.4 3.4 0 0 1 4.8 4.8l-8.6 8.6a1.7 1.7 0 0 1-2.4-2.4L15 7" /></Icon>;
export const Check = () => <Icon><path d="m5 12.5 4.5 4.5L19 7.5" /></Icon>;
export const Close = () => <Icon><path d="M6 6l12 12M18 6 6 18" /></Icon>;
export const Copy = () => <Icon><rect x="9" y="9" width="11" height="11" rx="2" /><path d="M15 9V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h3" /></Icon>;
export const Clock = () => <Icon><circle cx="12" cy="12" r="8.5" /><path d="M12 7v5l3.2 2" /></Icon>;
export const Shield = () => <Icon><path d="M12 3 5 6v5.5c0 4.3 2.9 7.6 7 9.5 4.1-1.9 7-5.2 7-9.5V6z" /><path d="m9 12 2.2 2.2L15.2 10" /></Icon>;
export const Alert = () => <Icon><path d="M12 8v5M12 16.5v.1" /><circle cx="12" cy="12" r="9" /></Icon>;
export const WalletIcon = () => <Icon><rect x="3.5" y="6" width="17" height="13" rx="3" /><path d="M15.5 12.5h5M3.5 9.5 14 4.4a1.4 1.4 0 0 1 2 1.3V6" /></Icon>;
export const List = () => <Icon><path d="M8 6h12M8 12h12M8 18h12M4 6h.1M4 12h.1M4 18h.1" /></Icon>;
export const Theme = () => <Icon><circle cx="12" cy="12" r="8.5" /><path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor" stroke="none" /></Icon>;
export const Pencil = () => <Icon><path d="m4 20 1-4L16.5 4.5a2.1 2.1 0 0 1 3 3L8 19z" /></Icon>;
export const Stop = () => <Icon><rect x="7" y="7" width="10" height="10" rx="2" /></Icon>;
export const Mark = () => (
  <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
    <rect className="mark-ground" width="32" height="32" rx="9" />
    <path d="M8 11h16M16 11v12" stroke="#fff" strokeWidth="3.2" strokeLinecap="round" fill="none" />
    <circle cx="24" cy="22" r="2.4" fill="#99f6e4" />
  </svg>
);
