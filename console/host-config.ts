// The look of Teams for the Adaptive Cards renderer: fonts, sizes and colours through the page's Fluent tokens. Used by card.ts.

const colour = (token: string): { default: string; subtle: string } => ({ default: `var(--${token})`, subtle: `var(--${token})` });
const foreground = {
  default: { default: 'var(--colorNeutralForeground1)', subtle: 'var(--colorNeutralForeground3)' },
  dark: colour('colorNeutralForeground1'),
  light: colour('colorNeutralForegroundInverted'),
  accent: colour('colorBrandForeground1'),
  good: colour('colorStatusSuccessForeground1'),
  warning: colour('colorStatusWarningForeground1'),
  attention: colour('colorStatusDangerForeground1'),
};
const style = (token: string) => ({ backgroundColor: `var(--${token})`, foregroundColors: foreground });

export const hostConfig = {
  fontFamily: 'var(--fontFamilyBase)',
  supportsInteractivity: true,
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 16 },
  separator: { lineThickness: 1, lineColor: 'var(--colorNeutralStroke2)' },
  fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 300, default: 400, bolder: 600 },
  containerStyles: {
    default: style('colorNeutralBackground1'),
    emphasis: style('colorNeutralBackground3'),
    good: style('colorStatusSuccessBackground1'),
    warning: style('colorStatusWarningBackground1'),
    attention: style('colorStatusDangerBackground1'),
    accent: style('colorBrandBackground2'),
  },
  actions: {
    maxActions: 6,
    spacing: 'default',
    buttonSpacing: 8,
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
    showCard: { actionMode: 'inline', inlineTopMargin: 12 },
  },
  factSet: { title: { weight: 'bolder', wrap: true, maxWidth: 140 }, value: { wrap: true }, spacing: 12 },
};
