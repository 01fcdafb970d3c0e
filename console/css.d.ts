// Style sheets are imported for their effect: the bundler makes main.css of them.
declare module '*.css';
