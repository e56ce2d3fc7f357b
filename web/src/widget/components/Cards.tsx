import type { JSX } from "preact";
import { safeImage, safeUrl } from "../core/linkify";
import type { Card } from "../core/types";
import { Choices } from "./Choices";
import { Icon } from "./Icon";
import { OutLink } from "./Words";
import { useSurroundings } from "./context";

export function Cards({ cards }: { cards: readonly Card[] }): JSX.Element | null {
  if (!cards.length) return null;
  return (
    <ul class="cards">
      {cards.map((card, index) => (
        <CardItem key={index} card={card} />
      ))}
    </ul>
  );
}

/** A picture that cannot be had leaves no torn frame behind. */
function hide(event: Event): void {
  (event.currentTarget as HTMLElement).hidden = true;
}

function CardItem({ card }: { card: Card }): JSX.Element {
  const { base } = useSurroundings();
  const image = safeImage(card.image_url, base);
  const href = safeUrl(card.url, base);
  return (
    <li class="card">
      {image && <img src={image} alt="" loading="lazy" referrerpolicy="no-referrer" onError={hide} />}
      <div class="card-words">
        <h2>
          {href ? (
            <OutLink href={href} class="card-link">
              {card.title}
              <Icon name="out" />
            </OutLink>
          ) : (
            card.title
          )}
        </h2>
        {card.subtitle && <p>{card.subtitle}</p>}
      </div>
      <Choices choices={card.choices ?? []} />
    </li>
  );
}
