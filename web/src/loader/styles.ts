/** The launcher's looks. They live in a shadow root, out of reach of the shop's own style sheets and policy. */
export const STYLES = `:host{all:initial}
button,iframe{position:fixed;z-index:999999999;border:0;right:20px;box-shadow:0 8px 32px #0004}
button{bottom:20px;width:60px;height:60px;padding:18px;border-radius:50%;cursor:pointer;background:#146c64;color:#fff}
button:hover{scale:1.06}
i{display:block;height:24px;background:currentColor;forced-color-adjust:none;clip-path:path("M5 3l7 7 7-7 2 2-7 7 7 7-2 2-7-7-7 7-2-2 7-7-7-7z")}
.chat{clip-path:path(evenodd,"M12 2a10 10 0 1 1-5 18.7L2 22l1.3-5A10 10 0 0 1 12 2M7 8h10v2H7zM7 13h7v2H7z")}
b{position:absolute;top:-3px;right:-3px;min-width:12px;padding:3px 5px;border-radius:11px;background:#c81e3a;color:#fff;font:700 12px/16px system-ui}
b:empty{display:none}
iframe{bottom:96px;width:400px;height:min(680px,100% - 116px);border-radius:20px;background:Canvas;color-scheme:light dark}
.shut{visibility:hidden;opacity:0;translate:0 12px}
@media(max-width:480px){iframe{inset:0;width:100%;height:var(--h,100%);border-radius:0;box-sizing:border-box;padding:env(safe-area-inset-top) 0 env(safe-area-inset-bottom)}}
@media(prefers-reduced-motion:no-preference){*{transition:.2s}}
@media print{*{display:none}}`;
